import postgres from 'postgres';
import type { Order } from './order.ts';

/** The contestants' own table of orders. */
export interface OrdersTable {
  /** Resolves when the row is committed. */
  accept(order: Order): Promise<void>;
  confirm(order: Order): Promise<void>;
  /** For those whose acceptance is kept elsewhere: the row comes with its confirmation. Done again, it changes nothing. */
  storeConfirmed(order: Order): Promise<void>;
  close(): Promise<void>;
}

export async function openOrdersTable(databaseUrl: string): Promise<OrdersTable> {
  const sql = postgres(databaseUrl, { max: 10, connect_timeout: 5, fetch_types: false, onnotice: () => {} });
  await create(sql);
  return {
    async accept({ order_id, product_id, quantity, amount }) {
      await sql`
        insert into orders (order_id, product_id, quantity, amount, status)
        values (${order_id}, ${product_id}, ${quantity}, ${amount}, 'accepted')`;
    },
    async confirm({ order_id }) {
      await sql`update orders set status = 'confirmed' where order_id = ${order_id}`;
    },
    async storeConfirmed({ order_id, product_id, quantity, amount }) {
      await sql`
        insert into orders (order_id, product_id, quantity, amount, status)
        values (${order_id}, ${product_id}, ${quantity}, ${amount}, 'confirmed')
        on conflict (order_id) do nothing`;
    },
    close: () => sql.end({ timeout: 2 }),
  };
}

async function create(sql: postgres.Sql): Promise<void> {
  await sql.begin(async (tx) => {
    // "if not exists" does not keep two programs that start together from colliding in the catalog; the lock does.
    await tx`select pg_advisory_xact_lock(hashtextextended('bench:orders', 0))`;
    await tx`
      create table if not exists orders (
        order_id uuid primary key,
        product_id text not null,
        quantity integer not null,
        amount bigint not null,
        status text not null,
        accepted_at timestamptz not null default now()
      )`;
  });
}
