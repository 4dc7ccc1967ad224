import { Client } from '@temporalio/client';
import { DefaultLogger, type InjectedSinks, NativeConnection, Runtime } from '@temporalio/worker';
import express, { type Express } from 'express';
import { z } from 'zod';
import { WorkflowWorker } from '../../../src/temporal/workflow-worker.ts';
import { listen } from '../listen.ts';
import { runProgram } from '../program.ts';
import { readSettings } from '../settings.ts';
import { EmptyRuns } from './empty-runs.ts';
import { type EndSinks, TASK_QUEUE } from './workflows.ts';

/** As in worker.ts, whose worker this is: a limit must not be one of a slower worker. */
const SPARE_SLOTS = 40;
const workflowsPath = `${import.meta.dirname}/workflows.ts`;

await runProgram(async () => {
  const settings = readSettings(
    'PORT',
    'TEMPORAL_ADDRESS',
    'TEMPORAL_NAMESPACE',
    'MAX_IN_FLIGHT',
    'MAX_CACHED_WORKFLOWS',
  );
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [], workerHeartbeatInterval: '30s' });
  const namespace = settings.TEMPORAL_NAMESPACE;
  const connection = await NativeConnection.connect({ address: settings.TEMPORAL_ADDRESS });
  const runs = new EmptyRuns(new Client({ connection, namespace }));
  const sinks: InjectedSinks<EndSinks> = { end: { reached: { fn: ({ workflowId }) => runs.ended(workflowId) } } };
  const worker = await WorkflowWorker.create({
    connection,
    namespace,
    taskQueue: TASK_QUEUE,
    workflowsPath,
    bundlerOptions: { preloadModules: [workflowsPath] },
    sinks,
    maxConcurrentWorkflowTaskExecutions: settings.MAX_IN_FLIGHT + SPARE_SLOTS,
    maxCachedWorkflows: settings.MAX_CACHED_WORKFLOWS,
  });
  const running = worker.run();
  const close = await listen(startApi(runs), settings.PORT);
  return async () => {
    await close();
    worker.shutdown();
    await running;
    await connection.close();
  };
});

/** `POST /start?count=N&in_flight=M`: runs N, and answers when the last one is complete. */
function startApi(runs: EmptyRuns): Express {
  const query = z.object({
    count: z.coerce.number().int().min(1),
    in_flight: z.coerce.number().int().min(1),
  });
  const app = express();
  app.post('/start', async (request, response) => {
    const wanted = query.safeParse(request.query);
    if (!wanted.success) return void response.status(400).json({ error: 'invalid_query' });
    const { count, in_flight } = wanted.data;
    const started = performance.now();
    await runs.run(count, in_flight);
    response.json({ count, seconds: (performance.now() - started) / 1000 });
  });
  return app;
}
