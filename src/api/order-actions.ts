import { type Request, type RequestHandler, Router } from 'express';
import { loggedId } from '../access/subject.ts';
import type { OrderRuns } from '../decisions/order-runs.ts';
import { decideOnRecord, type Recorded } from '../decisions/record.ts';
import type { OrderAction } from '../domain/actions.ts';
import { amend } from '../domain/amendment.ts';
import { type OrderIssue, parseAmendment } from '../domain/order-schema.ts';
import { isAmendedThisTime } from '../store/amend-order.ts';
import type { Sql } from '../store/connect.ts';
import type { StoredOrder } from '../store/find-orders.ts';
import type { Log } from '../telemetry/log.ts';
import { invalidJson, unsupported } from './json-body.ts';
import { orderOf } from './order-of.ts';
import { Problem } from './problem.ts';
import { clientOf, reasonOf } from './request.ts';

interface Options {
  sql: Sql;
  runs: OrderRuns;
  log: Log;
  /** Lets those pass who may place orders, and so may cancel them. */
  places: RequestHandler;
  /** Lets those pass who may retry and amend. */
  decides: RequestHandler;
  parseBody: RequestHandler;
}

/** What can be done with one order. 202: the decision is taken and can't be lost; the order follows. */
export function actOnOrders(options: Options): Router {
  const { places, decides, parseBody } = options;
  const router = Router();
  router.post('/:id/cancel', places, parseBody, act(options, 'cancel'));
  router.post('/:id/retry', decides, parseBody, act(options, 'retry'));
  router.post('/:id/amend', decides, parseBody, amendOne(options));
  return router;
}

const act =
  (options: Options, action: OrderAction): RequestHandler =>
  async (request, response) => {
    const operator = { by: clientOf(request), reason: reasonOf(request) };
    const order = await orderOf(request, options.sql);
    const recorded = await decideOnRecord(action, order, operator, options);
    response.status(202).json(answer(request, options.log, action, order, recorded));
  };

const amendOne =
  (options: Options): RequestHandler =>
  async (request, response) => {
    const parsed = parseAmendment(bodyOf(request));
    if (parsed.issues) throw new Problem('invalid_amendment', { errors: parsed.issues });
    const operator = { by: clientOf(request), reason: parsed.reason };
    const order = await orderOf(request, options.sql);
    const change = amend(order.request, order.earlier, parsed.patch);
    const recorded = change.issues
      ? await askAgain(change.issues, order, operator, options)
      : await decideOnRecord('amend', order, operator, options, change);
    response.status(202).json(answer(request, options.log, 'amend', order, recorded));
  };

/** Changes nothing, since it was made already, and its run was not told or its answer was lost: there is nothing left but to go on. */
async function askAgain(
  issues: OrderIssue[],
  order: StoredOrder,
  operator: { by: string; reason: string | null },
  options: Options,
): Promise<Recorded> {
  const isMade = issues[0]?.code === 'nothing_changes' && (await isAmendedThisTime(options.sql, order));
  if (!isMade) throw new Problem('invalid_amendment', { errors: issues });
  return decideOnRecord('retry', order, operator, options);
}

function answer(request: Request, log: Log, action: OrderAction, order: StoredOrder, recorded: Recorded) {
  const { decision, decided } = recorded;
  log.info(
    { order_id: order.order_id, client_id: loggedId(clientOf(request)), outcome: decision.outcome },
    `${action} asked for`,
  );
  if (decision.outcome === 'taken') return { order_id: order.order_id, status: decision.status };
  throw new Problem(decision.code, {
    values: {
      order_status: decision.status,
      ...(decided && { decided: { action: decided.action, by: decided.by, at: decided.at.toISOString() } }),
    },
  });
}

/** JSON under either media type. Source: RFC 7396, 4. */
function bodyOf(request: Request): unknown {
  if (request.body !== undefined) return request.body;
  throw request.is('json') || request.is('application/merge-patch+json')
    ? invalidJson('required')
    : unsupported('Content-Type');
}
