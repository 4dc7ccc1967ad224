import { connect, type Sql } from '../../src/store/connect.ts';
import { insertOrders } from '../../src/store/insert-orders.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createDatabase } from '../support/database.ts';
import { newOrders } from '../support/orders.ts';

export interface OrdersDatabase {
  url: string;
  sql: Sql;
  /** Before the first and between tests: no orders. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** A database of this test file's own, with the schema of today. */
export async function openOrdersDatabase(): Promise<OrdersDatabase> {
  const { url, drop } = await createDatabase();
  await migrate(url);
  const sql = connect(url, { max: 5, applicationName: 'test' });
  return {
    url,
    sql,
    async empty() {
      await sql`DELETE FROM orders`;
    },
    async close() {
      await sql.end({ timeout: 2 });
      await drop();
    },
  };
}

/** A row as it is. */
export async function rowOf(sql: Sql, orderId: string) {
  const [row] = await sql`SELECT * FROM orders WHERE order_id = ${orderId}`;
  if (!row) throw new Error(`no order ${orderId}`);
  return row;
}

/** Puts an order into a state that would take a while to come to. */
export const set = (sql: Sql, orderId: string, columns: Record<string, unknown>) =>
  sql`UPDATE orders SET ${sql(columns as Record<string, string>)} WHERE order_id = ${orderId}`;

/** Orders that were accepted, at once. @returns their ids */
export async function acceptOrders(sql: Sql, count: number): Promise<string[]> {
  const orders = newOrders(count);
  await insertOrders(sql, orders);
  return orders.map(({ orderId }) => orderId);
}

/** Orders that were held one after the other since `since`. @returns their ids, in that order */
export async function holdOrders(
  sql: Sql,
  count: number,
  columns: Record<string, unknown> = {},
  since = Date.now() - 60_000,
): Promise<string[]> {
  const ids = await acceptOrders(sql, count);
  for (const [index, orderId] of ids.entries())
    await set(sql, orderId, {
      status: 'held',
      failure_code: 'service_error',
      failure_step: 'pay',
      failed_at: new Date(since + index),
      ...columns,
    });
  return ids;
}
