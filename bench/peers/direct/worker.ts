import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { openOrdersTable } from '../orders-table.ts';
import { runProgram } from '../program.ts';
import { servicesAt } from '../services.ts';
import { readSettings } from '../settings.ts';
import { createActivities } from './activities.ts';
import { TASK_QUEUE } from './workflows.ts';

await runProgram(async () => {
  const settings = readSettings(
    'DATABASE_URL',
    'TEMPORAL_ADDRESS',
    'TEMPORAL_NAMESPACE',
    'INVENTORY_URL',
    'PAYMENT_URL',
    'NOTIFICATION_URL',
  );
  // Signals are left to the program, which knows what has to stop first.
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const orders = await openOrdersTable(settings.DATABASE_URL);
  const connection = await NativeConnection.connect({ address: settings.TEMPORAL_ADDRESS });
  const worker = await Worker.create({
    connection,
    namespace: settings.TEMPORAL_NAMESPACE,
    taskQueue: TASK_QUEUE,
    workflowsPath: `${import.meta.dirname}/workflows.ts`,
    activities: createActivities(servicesAt(settings), orders),
  });
  const running = worker.run();
  return async () => {
    worker.shutdown();
    await running;
    await connection.close();
    await orders.close();
  };
});
