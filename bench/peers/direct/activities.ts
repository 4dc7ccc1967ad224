import type { OrdersTable } from '../orders-table.ts';
import type { Services } from '../services.ts';

export const createActivities = (services: Services, orders: OrdersTable) => ({
  ...services,
  confirmOrder: orders.storeConfirmed,
});

export type Activities = ReturnType<typeof createActivities>;
