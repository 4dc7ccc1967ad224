import express, { type Express, type RequestHandler, Router } from 'express';
import type { OrderRuns } from '../decisions/order-runs.ts';
import type { ApiMetrics } from '../telemetry/api-metrics.ts';
import { record } from './actions.ts';
import { bulks } from './bulks.ts';
import { operatorsOnly } from './caller.ts';
import { documents } from './documents.ts';
import { failures } from './failures.ts';
import { health } from './health.ts';
import { acceptOrder, type IntakeOptions } from './intake.ts';
import { jsonBody } from './json-body.ts';
import { actOnOrders } from './order-actions.ts';
import { readOrders } from './orders.ts';
import { answerErrors, Problem } from './problem.ts';
import { Settlement } from './settlement.ts';

export interface AppOptions extends Omit<IntakeOptions, 'settlement' | 'workflowLink'> {
  runs: OrderRuns;
  metrics: ApiMetrics;
  /** Client ids; undefined: everybody. */
  operators: string[] | undefined;
  isDraining(): boolean;
}

/** Builds the API; listening is `server.ts`'s. The routes, as the map of it. */
export function createApp({ sql, intake, runs, log, metrics, operators, isDraining }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const workflowLink = (orderId: string) => runs.workflowLink(orderId);
  const parseBody = jsonBody();
  const parsePatch = jsonBody(['application/json', 'application/merge-patch+json']);
  const operator = operatorsOnly(operators);

  app.post(
    '/api/orders',
    parseBody,
    acceptOrder({ sql, intake, settlement: new Settlement(sql), workflowLink, log, metrics }),
  );
  app.use('/api/orders', readOrders({ sql, runs }));
  app.use('/api/orders', actOnOrders({ sql, runs, log, operatorsOnly: operator, parseBody: parsePatch }));
  app.use('/api/failures', operator, failures({ sql, log, parseBody }));
  app.use('/api/bulk', operator, bulks({ sql, runs, log, parseBody }));
  app.use('/api/actions', operator, record(sql));
  app.use('/health', health({ sql, runs, isDraining }));
  app.get('/metrics', async (_, response) => {
    response.type(metrics.contentType).send(await metrics.page());
  });
  app.use(documents());

  app.use(otherMethods());
  app.use(() => {
    throw new Problem('not_found');
  });
  app.use(answerErrors(log));
  return app;
}

/** A known address with another method. Source: RFC 9110, 15.5.6. */
function otherMethods(): Router {
  const router = Router();
  const only =
    (allowed: string): RequestHandler =>
    () => {
      throw new Problem('method_not_allowed', { headers: { Allow: allowed } });
    };
  router.all('/api/orders', only('GET, HEAD, POST'));
  router.all('/api/orders/:id', only('GET, HEAD'));
  router.all(
    ['cancel', 'retry', 'amend'].map((action) => `/api/orders/:id/${action}`),
    only('POST'),
  );
  router.all(
    ['retry', 'cancel'].map((action) => `/api/failures/${action}`),
    only('POST'),
  );
  router.all(
    ['pause', 'resume', 'stop'].map((action) => `/api/bulk/:id/${action}`),
    only('POST'),
  );
  router.all(['/api/failures', '/api/bulk', '/api/bulk/:id', '/api/bulk/:id/items', '/api/actions'], only('GET, HEAD'));
  router.all(['/health/live', '/health/ready', '/metrics', '/openapi.json', '/docs'], only('GET, HEAD'));
  return router;
}
