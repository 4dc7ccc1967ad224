import { Client, Connection } from '@temporalio/client';
import { listen } from '../listen.ts';
import { ordersApi } from '../orders-api.ts';
import { runProgram } from '../program.ts';
import { readSettings } from '../settings.ts';
import { processOrder, TASK_QUEUE } from './workflows.ts';

await runProgram(async () => {
  const settings = readSettings('PORT', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE');
  const connection = await Connection.connect({ address: settings.TEMPORAL_ADDRESS });
  const client = new Client({ connection, namespace: settings.TEMPORAL_NAMESPACE });
  const app = ordersApi(async (order) => {
    await client.workflow.start(processOrder, {
      taskQueue: TASK_QUEUE,
      workflowId: `direct-${order.order_id}`,
      args: [order],
    });
    return 'accepted';
  });
  const close = await listen(app, settings.PORT);
  return async () => {
    await close();
    await connection.close();
  };
});
