import type { ActionOutcome, OrderAction } from '../domain/actions.ts';
import type { FailureCode } from '../domain/failures.ts';
import { isSettled, type OrderStatus } from '../domain/lifecycle.ts';
import type { Earlier, OrderRequest } from '../domain/order.ts';
import { amendOrder, reopenAmendment } from '../store/amend-order.ts';
import { askToCancel } from '../store/cancel-order.ts';
import type { Sql } from '../store/connect.ts';
import { findOrder, type StoredOrder } from '../store/find-orders.ts';
import { redispatch } from '../store/reconcile-orders.ts';
import { cancelUndispatched } from '../store/record-status.ts';
import { type OrderRuns, RunsUnavailable } from './order-runs.ts';

export type Refusal = Extract<FailureCode, `order_not_${string}`>;

/** What came of it. `status`: the order's afterwards. */
export type Decision =
  | { outcome: Extract<ActionOutcome, 'taken'>; status: OrderStatus }
  | { outcome: Extract<ActionOutcome, 'refused'>; code: Refusal; status: OrderStatus };

export interface Deciding {
  sql: Sql;
  runs: Pick<OrderRuns, 'retry' | 'cancel'>;
  /** See `OrderRuns`. */
  askId?: string | undefined;
}

export interface Change {
  request: OrderRequest;
  earlier: Earlier;
}

/** How long a relay may take between its claim of an order and the order's run. */
const START_MS = 1500;

/**
 * Decides about one order. Once taken, a decision can't be lost; the order follows it.
 * @throws RunsUnavailable where nobody can say whether it was taken
 */
export function decide(
  action: OrderAction,
  order: StoredOrder,
  deciding: Deciding,
  change?: Change,
): Promise<Decision> {
  if (action === 'cancel') return cancel(order, deciding);
  return action === 'amend' ? amend(order, deciding, change as Change) : retry(order, deciding);
}

/**
 * Until the order is confirmed. Asking again is as good as asking once. What a run knows may be out of date, so the
 * database comes first: what it has barred is not confirmed, whatever becomes of the run, and of this process.
 */
async function cancel({ order_id }: StoredOrder, { sql, runs, askId }: Deciding): Promise<Decision> {
  let now = (await askToCancel(sql, order_id)) ?? (await statusOf(sql, order_id));
  if (isSettled(now)) return asSettled(now);
  // The run is gone, and with it what it had to undo: the next one only undoes.
  if (now === 'failed' && (await redispatch(sql, order_id, ['failed'], true))) return taken('accepted');
  for (let waitedMs = 0, pauseMs = 25; ; pauseMs *= 2) {
    if (now === 'accepted' && (await cancelUndispatched(sql, order_id))) return taken('cancelled');
    const asked = await runs.cancel(order_id, askId);
    now = await statusOf(sql, order_id);
    if (isSettled(now)) return asSettled(now);
    if (asked === 'taken' || asked === 'confirming') return taken(now);
    if (asked === 'refused') return refused('order_not_cancellable', now);
    if (await redispatch(sql, order_id, ['held', 'failed'], true)) return taken('accepted');
    // A relay is about to start the run, or it is lost and will be started again: there will be one to ask.
    if (waitedMs >= START_MS) throw new RunsUnavailable('the order has no run yet');
    waitedMs += pauseMs;
    await pause(pauseMs);
  }
}

/**
 * A held order goes on from the step that failed. One whose run is closed or gone is started again from the top, on
 * steps that are idempotent.
 */
async function retry(order: StoredOrder, { sql, runs, askId }: Deciding): Promise<Decision> {
  const { order_id } = order;
  if (order.status === 'failed' && (await redispatch(sql, order_id, ['failed']))) return taken('accepted');
  if (order.status !== 'held') return refused('order_not_held', await statusOf(sql, order_id));

  const asked = await runs.retry(order_id, askId);
  if (asked === 'taken') return taken(released(await statusOf(sql, order_id)));
  if (asked === 'no_run' && (await redispatch(sql, order_id, ['held', 'failed']))) return taken('accepted');
  return refused('order_not_held', released(await statusOf(sql, order_id)));
}

/** Changed in the database, where the run reads it when it goes on. What an undo gives back can't be changed any more. */
async function amend(order: StoredOrder, { sql, runs, askId }: Deciding, change: Change): Promise<Decision> {
  const { order_id, amendments, status } = order;
  if (order.failure_code === 'undo_failed') return refused('order_not_amendable', status);
  if (!(await amendOrder(sql, { orderId: order_id, amendments, ...change })))
    return refused('order_not_held', released(await statusOf(sql, order_id)));
  const retried = await retry(order, { sql, runs, askId }).catch(async (error) => {
    await reopenAmendment(sql, order_id);
    throw error;
  });
  // Another decision has let it go on, after this one had changed it.
  return retried.outcome === 'taken' ? retried : taken(retried.status);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const taken = (status: OrderStatus): Decision => ({ outcome: 'taken', status });
const refused = (code: Refusal, status: OrderStatus): Decision => ({ outcome: 'refused', code, status });
const asSettled = (status: OrderStatus): Decision =>
  status === 'cancelled' ? taken(status) : refused('order_not_cancellable', status);

/** A run that was let go on has not always written it down yet. */
const released = (status: OrderStatus): OrderStatus => (status === 'held' ? 'processing' : status);

const statusOf = async (sql: Sql, orderId: string): Promise<OrderStatus> =>
  (await findOrder(sql, orderId))?.status ?? 'failed';
