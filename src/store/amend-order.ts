import type { Earlier, OrderRequest } from '../domain/order.ts';
import type { Sql } from './connect.ts';

export interface Amendment {
  orderId: string;
  /** The one that this amendment was made from: another operator's in between makes it void. */
  amendments: number;
  request: OrderRequest;
  earlier: Earlier;
}

/**
 * Changes an order that is held or failed, once in every hold: an amendment lets it go on. False where it no longer is
 * held, or was amended in between.
 */
export async function amendOrder(sql: Sql, { orderId, amendments, request, earlier }: Amendment): Promise<boolean> {
  const rows = await sql`
    UPDATE orders SET
      request = ${JSON.stringify(request)}::text::json, earlier = ${JSON.stringify(earlier)}::text::jsonb,
      amendments = amendments + 1, amended_hold = failed_at
    WHERE order_id = ${orderId} AND status IN ('held', 'failed') AND amendments = ${amendments}
      AND amended_hold IS DISTINCT FROM failed_at
    RETURNING order_id`;
  return rows.length > 0;
}

/** The run could not be told: the order is still held, and may be amended again. */
export const reopenAmendment = (sql: Sql, orderId: string) => sql`
  UPDATE orders SET amended_hold = NULL WHERE order_id = ${orderId} AND status IN ('held', 'failed')`;

/** Whether the last amendment is of the hold that the order is in, or was in last. One of an earlier hold is history. */
export async function isAmendedThisTime(
  sql: Sql,
  { order_id, amendments }: { order_id: string; amendments: number },
): Promise<boolean> {
  if (amendments === 0) return false;
  const rows = await sql`
    SELECT 1 FROM orders JOIN actions USING (order_id)
    WHERE order_id = ${order_id} AND action = 'amend' AND outcome IS DISTINCT FROM 'refused'
      AND (failed_at IS NULL OR at >= failed_at)
    LIMIT 1`;
  return rows.length > 0;
}
