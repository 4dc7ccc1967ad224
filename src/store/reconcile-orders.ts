import type { Sql } from './connect.ts';

/**
 * Takes up to `limit` orders whose run has not reported for a while, longest overdue first. Each is asked about again
 * after twice the time that it has been under way (an hour at most, five minutes where it is to be cancelled), so that an
 * outage that leaves many waiting does not become a stream of questions.
 */
export const claimSilentOrders = (
  sql: Sql,
  limit: number,
  reconcileSeconds: number,
): Promise<{ order_id: string }[]> => sql`
  WITH silent AS MATERIALIZED (
    SELECT order_id FROM orders
    WHERE status IN ('processing', 'held') AND due_at <= now()
    ORDER BY due_at LIMIT ${limit}
    FOR UPDATE SKIP LOCKED
  )
  UPDATE orders o SET due_at = now() + least(
    CASE WHEN cancel_asked THEN interval '5 minutes' ELSE interval '1 hour' END,
    greatest(${reconcileSeconds} * interval '1 second', now() - coalesce(dispatched_at, accepted_at))
  )
  FROM silent WHERE o.order_id = silent.order_id
  RETURNING o.order_id`;

/** Those of `orderIds` that should have a run. */
export const findUnderWay = (sql: Sql, orderIds: string[]): Promise<{ order_id: string }[]> => sql`
  SELECT order_id FROM orders WHERE order_id = ANY(${orderIds}::uuid[]) AND status IN ('processing', 'held')`;

/** Could not be asked about now: due again soon. */
export const askAgain = (sql: Sql, orderIds: string[], afterSeconds: number) => sql`
  UPDATE orders SET due_at = now() + ${afterSeconds} * interval '1 second'
  WHERE order_id = ANY(${orderIds}::uuid[]) AND status IN ('processing', 'held')`;

/**
 * The order's run is gone: hands the order to the relay again. False where somebody else was first, or it has settled.
 * @param from where it was when that was decided; of two who decide at once, one finds it there
 * @param isCancelled the next run shall undo only; a wish that stays once it was had (see `askToCancel`)
 */
export async function redispatch(
  sql: Sql,
  orderId: string,
  from: ('processing' | 'held' | 'failed')[],
  isCancelled = false,
): Promise<boolean> {
  const rows = await sql`
    UPDATE orders SET
      status = 'accepted', due_at = now(), cancel_asked = cancel_asked OR ${isCancelled}, failed_at = NULL,
      failure_code = NULL, failure_step = NULL, failure_detail = NULL
    WHERE order_id = ${orderId} AND status = ANY(${from}::text[]) RETURNING order_id`;
  return rows.length > 0;
}
