import { listen } from '../listen.ts';
import { ordersApi } from '../orders-api.ts';
import { openOrdersTable } from '../orders-table.ts';
import { runProgram } from '../program.ts';
import { servicesAt } from '../services.ts';
import { readSettings } from '../settings.ts';

await runProgram(async () => {
  const settings = readSettings('PORT', 'DATABASE_URL', 'INVENTORY_URL', 'PAYMENT_URL', 'NOTIFICATION_URL');
  const orders = await openOrdersTable(settings.DATABASE_URL);
  const services = servicesAt(settings);
  const app = ordersApi(async (order) => {
    await orders.accept(order);
    await services.deductStock(order);
    await services.takePayment(order);
    await orders.confirm(order);
    await services.sendNotification(order);
    return 'confirmed';
  });
  const close = await listen(app, settings.PORT);
  return async () => {
    await close();
    await orders.close();
  };
});
