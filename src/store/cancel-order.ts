import { type OrderStatus, SETTLED_STATUSES } from '../domain/lifecycle.ts';
import type { Sql } from './connect.ts';

/** Until then an order that is cancelled has ended, or its run is asked about: one that can't go on has then failed often enough to be told. */
const LOOKED_AFTER_SECONDS = 45;

/**
 * Bars an order from being confirmed, for good, and answers with its status. Undefined where it has settled, and nothing
 * changes. It and the report that confirms the order write the same row: of the two, the first one counts.
 */
export async function askToCancel(sql: Sql, orderId: string): Promise<OrderStatus | undefined> {
  const [row] = await sql<{ status: OrderStatus }[]>`
    UPDATE orders SET cancel_asked = true, due_at = least(due_at, now() + ${LOOKED_AFTER_SECONDS} * interval '1 second')
    WHERE order_id = ${orderId} AND status <> ALL(${SETTLED_STATUSES}::text[]) RETURNING status`;
  return row?.status;
}

/** It should have a run, and that should undo it. */
export async function isToBeUndone(sql: Sql, orderId: string): Promise<boolean> {
  const rows = await sql`
    SELECT FROM orders WHERE order_id = ${orderId} AND cancel_asked AND status IN ('processing', 'held')`;
  return rows.length > 0;
}
