import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Order } from '../order.ts';
import type { OrdersTable } from '../orders-table.ts';
import { Refused } from '../post.ts';
import type { Services } from '../services.ts';

const step = (name: string) => ({
  name,
  retriesAllowed: true,
  maxAttempts: 10,
  shouldRetry: (error: unknown) => !(error instanceof Refused),
});

/** Has to be called before DBOS is launched, which recovers what a run before has left. */
export const registerProcessOrder = (services: Services, orders: OrdersTable) =>
  DBOS.registerWorkflow(
    async (order: Order): Promise<void> => {
      await DBOS.runStep(() => services.deductStock(order), step('deductStock'));
      await DBOS.runStep(() => services.takePayment(order), step('takePayment'));
      await DBOS.runStep(() => orders.storeConfirmed(order), step('confirmOrder'));
      await DBOS.runStep(() => services.sendNotification(order), step('sendNotification'));
    },
    { name: 'processOrder' },
  );
