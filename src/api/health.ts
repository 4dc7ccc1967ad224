import { Router } from 'express';
import type { OrderRuns } from '../decisions/order-runs.ts';
import { answers, type Sql } from '../store/connect.ts';

const DATABASE_DEADLINE_MS = 1000;

/**
 * Live: the process answers. Ready: it can accept orders, which takes the database alone; Temporal is named, but an
 * outage of it must not take the API out of service.
 */
export function health({ sql, runs, isDraining }: { sql: Sql; runs: OrderRuns; isDraining: () => boolean }): Router {
  const router = Router();
  router.get('/live', (_, response) => {
    response.json({ status: 'live' });
  });
  router.get('/ready', async (_, response) => {
    const [database, temporal] = await Promise.all([isDatabaseReachable(sql), runs.isReachable()]);
    const isReady = database && !isDraining();
    response.status(isReady ? 200 : 503).json({
      status: isDraining() ? 'draining' : isReady ? 'ready' : 'not_ready',
      checks: { database: database ? 'ok' : 'unreachable', temporal: temporal ? 'ok' : 'unreachable' },
    });
  });
  return router;
}

const isDatabaseReachable = (sql: Sql): Promise<boolean> =>
  Promise.race([
    answers(sql),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), DATABASE_DEADLINE_MS).unref()),
  ]);
