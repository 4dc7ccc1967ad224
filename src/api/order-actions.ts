import { type RequestHandler, Router } from 'express';
import { isSettled } from '../domain/lifecycle.ts';
import type { Sql } from '../store/connect.ts';
import { findOrder, type StoredOrder } from '../store/find-orders.ts';
import { redispatch } from '../store/reconcile-orders.ts';
import { cancelUndispatched } from '../store/record-status.ts';
import type { Log } from '../telemetry/log.ts';
import type { OrderRuns } from './order-runs.ts';
import { Problem } from './problem.ts';
import { clientOf, orderIdOf } from './request.ts';

interface Options {
  sql: Sql;
  runs: OrderRuns;
  log: Log;
}

/** What can be done with one order. 202: the decision is taken and can't be lost; the order follows. */
export function actOnOrders(options: Options): Router {
  const router = Router();
  router.post('/:id/cancel', act(options, 'cancel', cancel));
  router.post('/:id/retry', act(options, 'retry', retry));
  return router;
}

type Act = (order: StoredOrder, options: Options) => Promise<void>;

const act =
  (options: Options, outcome: string, doIt: Act): RequestHandler =>
  async (request, response) => {
    const client_id = clientOf(request);
    const order = await find(options.sql, orderIdOf(request));
    await doIt(order, options);
    options.log.info({ order_id: order.order_id, client_id, outcome }, 'order acted on');
    const { status } = await find(options.sql, order.order_id);
    response.status(202).json({ order_id: order.order_id, status });
  };

/** Until the order is being confirmed. Asking again is as good as asking once. */
const cancel: Act = async (order, { sql, runs, log }) => {
  if (order.status === 'cancelled') return;
  // The run of a failed order is gone, and with it what has to be undone: retried first, it can be cancelled.
  if (isSettled(order.status) || order.status === 'failed') throw tooLate(order);
  if (order.status === 'accepted' && (await cancelUndispatched(sql, order.order_id))) {
    log.info({ order_id: order.order_id, status: 'cancelled' }, 'order settled');
    return;
  }
  const asked = await runs.cancel(order.order_id);
  if (asked === 'taken') return;
  const now = await find(sql, order.order_id);
  if (now.status === 'cancelled') return;
  // A relay is about to start the run, or it is lost and will be started again: there will be one to ask.
  if (asked === 'no_run' && !isSettled(now.status)) throw new Problem('temporal_unavailable', { retryAfterSeconds: 1 });
  throw tooLate(now);
};

/** A held order goes on from the step that failed. One whose run is gone is started again on its idempotent steps. */
const retry: Act = async (order, { sql, runs }) => {
  if (order.status === 'failed' && (await redispatch(sql, order.order_id))) return;
  if (order.status !== 'held') throw notHeld(await find(sql, order.order_id));
  const asked = await runs.retry(order.order_id);
  if (asked === 'taken') return;
  if (asked === 'no_run' && (await redispatch(sql, order.order_id))) return;
  throw notHeld(await find(sql, order.order_id));
};

async function find(sql: Sql, orderId: string): Promise<StoredOrder> {
  const order = await findOrder(sql, orderId);
  if (!order) throw new Problem('order_not_found');
  return order;
}

const tooLate = ({ status }: StoredOrder) => new Problem('order_not_cancellable', { values: { order_status: status } });
const notHeld = ({ status }: StoredOrder) => new Problem('order_not_held', { values: { order_status: status } });
