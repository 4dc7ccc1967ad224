import { type OrderStatus, SETTLED_STATUSES } from '../domain/lifecycle.ts';
import type { Sql } from './connect.ts';

/**
 * Bars an order from being confirmed, for good, and answers with its status. Undefined where it has settled, and nothing
 * changes. It and the report that confirms the order write the same row: of the two, the first one counts.
 */
export async function askToCancel(sql: Sql, orderId: string): Promise<OrderStatus | undefined> {
  const [row] = await sql<{ status: OrderStatus }[]>`
    UPDATE orders SET cancel_asked = true
    WHERE order_id = ${orderId} AND status <> ALL(${SETTLED_STATUSES}::text[]) RETURNING status`;
  return row?.status;
}
