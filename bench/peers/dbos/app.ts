import { DBOS } from '@dbos-inc/dbos-sdk';
import { listen } from '../listen.ts';
import { ordersApi } from '../orders-api.ts';
import { openOrdersTable } from '../orders-table.ts';
import { runProgram } from '../program.ts';
import { servicesAt } from '../services.ts';
import { readSettings } from '../settings.ts';
import { registerProcessOrder } from './workflow.ts';

await runProgram(async () => {
  const settings = readSettings('PORT', 'DATABASE_URL', 'INVENTORY_URL', 'PAYMENT_URL', 'NOTIFICATION_URL');
  const orders = await openOrdersTable(settings.DATABASE_URL);
  const processOrder = registerProcessOrder(servicesAt(settings), orders);
  DBOS.setConfig({
    name: 'bench-orders',
    applicationVersion: '0.1.0',
    systemDatabaseUrl: settings.DATABASE_URL,
    logLevel: 'error',
  });
  await DBOS.launch();
  const app = ordersApi(async (order) => {
    // Resolves when the start is stored; the run goes on in this process.
    await DBOS.startWorkflow(processOrder, { workflowID: order.order_id })(order);
    return 'accepted';
  });
  const close = await listen(app, settings.PORT);
  return async () => {
    await close();
    await DBOS.shutdown();
    await orders.close();
  };
});
