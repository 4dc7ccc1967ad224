import type { Decided, OrderRequest } from '../domain/order.ts';
import type { Sql } from './connect.ts';

export interface ClaimedOrder extends Decided {
  order_id: string;
  request: OrderRequest;
  traceparent: string;
}

/**
 * Takes up to `limit` accepted orders, oldest due first, and hides them from other relays for `leaseSeconds`. A relay
 * that dies leaves its claims to the next one once the lease is over. Several relays pass by each other's rows.
 */
export const claimOrders = (sql: Sql, limit: number, leaseSeconds: number): Promise<ClaimedOrder[]> => sql<
  ClaimedOrder[]
>`
  WITH due AS MATERIALIZED (
    SELECT order_id FROM orders
    WHERE status = 'accepted' AND due_at <= now()
    ORDER BY due_at LIMIT ${limit}
    FOR UPDATE SKIP LOCKED
  )
  UPDATE orders o SET due_at = now() + ${leaseSeconds} * interval '1 second'
  FROM due WHERE o.order_id = due.order_id
  RETURNING o.order_id, o.request, o.traceparent, o.amendments, o.earlier, o.cancel_asked AS "isCancelled"`;

/** Gives claims back, to be taken again after `afterSeconds`. */
export const releaseOrders = (sql: Sql, orderIds: string[], afterSeconds: number) => sql`
  UPDATE orders SET due_at = now() + ${afterSeconds} * interval '1 second'
  WHERE order_id = ANY(${orderIds}::uuid[]) AND status = 'accepted'`;

/**
 * Notes that runs were started. A run that is already further along is left as it is. Rows are locked by id, as
 * `recordStatuses` does: those runs may be reporting at the same time, and two groups must not lock each other out.
 * @param reconcileSeconds after which the reconciler asks what became of the run
 */
export const markDispatched = (sql: Sql, orderIds: string[], reconcileSeconds: number) => sql`
  WITH locked AS MATERIALIZED (
    SELECT order_id FROM orders WHERE order_id = ANY(${orderIds}::uuid[]) ORDER BY order_id FOR NO KEY UPDATE
  )
  UPDATE orders o SET
    status = CASE status WHEN 'accepted' THEN 'processing' ELSE status END,
    dispatched_at = now(),
    due_at = now() + ${reconcileSeconds} * interval '1 second'
  FROM locked WHERE o.order_id = locked.order_id AND due_at IS NOT NULL`;

/** The backlog: accepted orders without a run, and the age in seconds of the oldest; none is younger than 0. */
export async function measureBacklog(sql: Sql): Promise<{ depth: number; oldestSeconds: number }> {
  const [row] = await sql<{ depth: number; oldest: number }[]>`
    SELECT count(*)::int AS depth, coalesce(greatest(0, extract(epoch FROM now() - min(accepted_at))), 0)::float AS oldest
    FROM orders WHERE status = 'accepted'`;
  return { depth: row?.depth ?? 0, oldestSeconds: row?.oldest ?? 0 };
}
