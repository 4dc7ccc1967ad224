import { ACCEPTED_CHANNEL } from '../domain/names.ts';
import type { OrderRequest } from '../domain/order.ts';
import { isDataError, type Sql } from './connect.ts';

export interface NewOrder {
  /** UUIDv7. */
  orderId: string;
  clientId: string;
  /** With the fingerprint of the order it came with; null where the client sent no key. */
  idempotency: { key: string; fingerprint: string } | null;
  request: OrderRequest;
  traceparent: string;
}

/**
 * - inserted: committed under its own id.
 * - repeated: the key was there with the same order; `orderId` is the first one's.
 * - key_reused: the key was there with another order.
 * - unstorable: PostgreSQL refused this row's data.
 */
export type Insertion =
  | { outcome: 'inserted' | 'repeated'; orderId: string }
  | { outcome: 'key_reused' | 'unstorable' };

/**
 * Stores a group of orders in one transaction. Resolves after COMMIT. A row that PostgreSQL refuses fails alone: the
 * others are stored one by one.
 *
 * @param wakes the transaction wakes the relays; without it the caller does (accepted-notice.ts says why)
 */
export async function insertOrders(sql: Sql, orders: NewOrder[], { wakes = true } = {}): Promise<Insertion[]> {
  try {
    return await insertGroup(sql, orders, wakes);
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (orders.length === 1) return [{ outcome: 'unstorable' }];
    return (await Promise.all(orders.map((order) => insertOrders(sql, [order], { wakes })))).flat();
  }
}

async function insertGroup(sql: Sql, orders: NewOrder[], wakes: boolean): Promise<Insertion[]> {
  const inserted = await insert(sql, orders, wakes);
  const repeated = orders.filter(({ orderId, idempotency }) => idempotency && !inserted.has(orderId));
  const firsts = repeated.length > 0 ? await findByKey(sql, repeated) : new Map<string, First>();
  return orders.map((order) => {
    if (inserted.has(order.orderId)) return { outcome: 'inserted', orderId: order.orderId };
    const first = firsts.get(keyOf(order.clientId, order.idempotency?.key));
    if (!first) throw new Error('an order was neither inserted nor found by its key');
    if (first.fingerprint !== order.idempotency?.fingerprint) return { outcome: 'key_reused' };
    return { outcome: 'repeated', orderId: first.order_id };
  });
}

/** @returns those that were inserted; usually all, and then PostgreSQL does not send them back */
async function insert(sql: Sql, orders: NewOrder[], wakes: boolean): Promise<Set<string>> {
  // Two groups that hold the same keys must meet them in the same order, or they lock each other out.
  const [keyed, others] = [
    orders.filter(({ idempotency }) => idempotency),
    orders.filter(({ idempotency }) => !idempotency),
  ];
  const keys = new Map(keyed.map((order) => [order, keyOf(order.clientId, order.idempotency?.key)]));
  const inOrder = keyed.toSorted((a, b) => ((keys.get(a) as string) < (keys.get(b) as string) ? -1 : 1));
  const sorted = [...inOrder, ...others];
  const [row] = await sql<{ some: string[] | null }[]>`
    WITH inserted AS (
      INSERT INTO orders (order_id, client_id, idempotency_key, fingerprint, request, traceparent)
      SELECT id, client, key, fingerprint, request::json, traceparent
      FROM unnest(
        ${sorted.map(({ orderId }) => orderId)}::uuid[],
        ${sorted.map(({ clientId }) => clientId)}::text[],
        ${sorted.map(({ idempotency }) => idempotency?.key ?? null)}::text[],
        ${sorted.map(({ idempotency }) => idempotency?.fingerprint ?? null)}::text[],
        ${sorted.map(({ request }) => JSON.stringify(request))}::text[],
        ${sorted.map(({ traceparent }) => traceparent)}::text[]
      ) AS new (id, client, key, fingerprint, request, traceparent)
      ON CONFLICT (client_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
      RETURNING order_id
    )
    SELECT
      CASE WHEN count(*) < ${sorted.length} THEN coalesce(json_agg(order_id), '[]') END AS some,
      (SELECT pg_notify(${ACCEPTED_CHANNEL}, '') FROM inserted WHERE ${wakes}::boolean LIMIT 1)
    FROM inserted`;
  return new Set(row?.some ?? sorted.map(({ orderId }) => orderId));
}

interface First {
  order_id: string;
  fingerprint: string;
}

async function findByKey(sql: Sql, orders: NewOrder[]): Promise<Map<string, First>> {
  const rows = await sql<(First & { client_id: string; idempotency_key: string })[]>`
    SELECT o.client_id, o.idempotency_key, o.order_id, o.fingerprint
    FROM unnest(
      ${orders.map(({ clientId }) => clientId)}::text[],
      ${orders.map(({ idempotency }) => idempotency?.key ?? '')}::text[]
    ) AS wanted (client, key)
    JOIN orders o ON o.client_id = wanted.client AND o.idempotency_key = wanted.key`;
  return new Map(rows.map((row) => [keyOf(row.client_id, row.idempotency_key), row]));
}

const keyOf = (clientId: string, key = ''): string => JSON.stringify([clientId, key]);
