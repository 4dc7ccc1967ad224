import type { Earlier, OrderRequest } from '../domain/order.ts';
import type { Sql } from './connect.ts';

export interface Amendment {
  orderId: string;
  /** The one that this amendment was made from: another operator's in between makes it void. */
  amendments: number;
  request: OrderRequest;
  earlier: Earlier;
}

/** Changes an order that is held or failed. False where it no longer is, or was amended in between. */
export async function amendOrder(sql: Sql, { orderId, amendments, request, earlier }: Amendment): Promise<boolean> {
  const rows = await sql`
    UPDATE orders SET
      request = ${JSON.stringify(request)}::text::json, earlier = ${JSON.stringify(earlier)}::text::jsonb,
      amendments = amendments + 1
    WHERE order_id = ${orderId} AND status IN ('held', 'failed') AND amendments = ${amendments}
    RETURNING order_id`;
  return rows.length > 0;
}
