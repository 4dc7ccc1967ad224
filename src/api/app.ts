import type { RequestListener } from 'node:http';
import express, { type Request, type Response } from 'express';
import type { RateLimit } from '../access/rate-limit.ts';
import type { OrderRuns } from '../decisions/order-runs.ts';
import type { Sql } from '../store/connect.ts';
import type { ApiMetrics } from '../telemetry/api-metrics.ts';
import { record } from './actions.ts';
import { type Admission, addressedHere, allowing, PLACING } from './admission.ts';
import { bulks } from './bulks.ts';
import { documents } from './documents.ts';
import { entering, entranceOf } from './entrance.ts';
import { failures } from './failures.ts';
import { health } from './health.ts';
import { HotRoute } from './hot-route.ts';
import { acceptOrder, type IntakeOptions, orderTaker } from './intake.ts';
import { jsonBody } from './json-body.ts';
import { methods } from './methods.ts';
import { actOnOrders } from './order-actions.ts';
import { readOrders } from './orders.ts';
import { answerErrors, Problem } from './problem.ts';
import { Settlement } from './settlement.ts';

export interface AppOptions extends IntakeOptions {
  sql: Sql;
  runs: OrderRuns;
  metrics: ApiMetrics;
  admission: Admission;
  /** Undefined: as much as anybody likes. */
  rateLimit?: RateLimit | undefined;
  isDraining(): boolean;
}

/** Builds the API; listening is `server.ts`'s. The routes, as the map of it. */
export function createApp(options: AppOptions): RequestListener {
  const { sql, intake, runs, log, metrics, admission, rateLimit, isDraining } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const workflowLink = (orderId: string) => runs.workflowLink(orderId);
  const parseBody = jsonBody();
  const parsePatch = jsonBody(['application/json', 'application/merge-patch+json']);
  const enter = entranceOf(admission, rateLimit);
  const admitted = entering(enter);
  const places = allowing(...PLACING);
  const reads = allowing('viewer', 'operator');
  const decides = allowing('operator');
  const takeOrder = orderTaker({ intake, log, metrics });
  const hotRoute = new HotRoute({ enter, takeOrder, intake, metrics });

  app.use(hotRoute.failures);

  app.post(
    '/api/orders',
    admitted,
    places,
    parseBody,
    acceptOrder({ sql, takeOrder, settlement: new Settlement(sql), workflowLink }),
  );
  app.use('/api', admitted);
  app.use(methods());
  app.use('/api/orders', readOrders({ sql, runs }));
  app.use('/api/orders', actOnOrders({ sql, runs, log, places, decides, parseBody: parsePatch }));
  app.use('/api/failures', reads, failures({ sql, log, decides, parseBody }));
  app.use('/api/bulk', reads, bulks({ sql, runs, log, decides, parseBody }));
  app.use('/api/actions', reads, record(sql));
  app.use('/health', health({ sql, runs, isDraining }));
  const readsMetrics = admission.asksWho ? [admitted, reads] : [addressedHere];
  app.get('/metrics', ...readsMetrics, async (_: Request, response: Response) => {
    response.type(metrics.contentType).send(await metrics.page());
  });
  app.use(documents(admission));

  app.use(() => {
    throw new Problem('not_found');
  });
  app.use(answerErrors(log, metrics));
  return hotRoute.aheadOf(app);
}
