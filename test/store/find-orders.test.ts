import type { TransactionSql } from 'postgres';
import { v7 as uuidv7 } from 'uuid';
import type { Sql } from '../../src/store/connect.ts';
import { countUnsettled, findOrder, findSettled, listOrders } from '../../src/store/find-orders.ts';
import { recordStatuses } from '../../src/store/record-status.ts';
import { acceptOrders, type OrdersDatabase, openOrdersDatabase, set } from './orders-database.ts';

let db: OrdersDatabase;
beforeAll(async () => {
  db = await openOrdersDatabase();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

const accept = (count: number): Promise<string[]> => acceptOrders(db.sql, count);
const list = async (filter: Partial<Parameters<typeof listOrders>[1]> = {}) =>
  (await listOrders(db.sql, { limit: 50, ...filter })).map(({ order_id }) => order_id);

/** By this connection, and not yet added to the statistics of all. */
async function rowsRead(tx: TransactionSql): Promise<number> {
  const [table] = await tx`
    SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) AS rows
    FROM pg_stat_xact_user_tables WHERE relname = 'orders'`;
  return Number(table?.rows);
}

describe('the list', () => {
  test('is newest first', async () => {
    const ids = await accept(5);
    expect(await list()).toEqual(ids.toReversed());
  });

  test('may be of one status, of one failure, or of both', async () => {
    const [held = '', alsoHeld = '', rejected = ''] = await accept(4);
    await set(db.sql, held, { status: 'held', failure_code: 'service_timeout' });
    await set(db.sql, alsoHeld, { status: 'held', failure_code: 'undo_failed' });
    await set(db.sql, rejected, { status: 'rejected', failure_code: 'card_declined' });
    expect(await list({ status: 'held' })).toEqual([alsoHeld, held]);
    expect(await list({ failureCode: 'card_declined' })).toEqual([rejected]);
    expect(await list({ status: 'held', failureCode: 'service_timeout' })).toEqual([held]);
    expect(await list({ status: 'confirmed' })).toEqual([]);
  });

  test('may be of one client, in pages and with the other filters', async () => {
    const ids = await accept(9);
    for (const id of ids.slice(0, 5)) await set(db.sql, id, { client_id: 'shop-2' });
    await set(db.sql, ids[2] as string, { status: 'held' });
    const first = await list({ clientId: 'shop-2', limit: 3 });
    const second = await list({ clientId: 'shop-2', limit: 3, before: first.at(-1) });
    expect([...first, ...second]).toEqual(ids.slice(0, 5).toReversed());
    expect(await list({ clientId: 'shop-2', status: 'held' })).toEqual([ids[2]]);
    expect(await list({ clientId: 'nobody' })).toEqual([]);
  });

  test('of what is held with one failure is in pages, and with a step', async () => {
    const ids = await accept(9);
    for (const id of ids.slice(0, 7)) await set(db.sql, id, { status: 'held', failure_code: 'service_timeout' });
    await set(db.sql, ids[3] as string, { failure_step: 'pay' });
    await set(db.sql, ids[4] as string, { failure_code: 'service_unreachable' });
    await set(db.sql, ids[5] as string, { status: 'failed' });
    const held = { status: 'held', failureCode: 'service_timeout' } as const;
    const first = await list({ ...held, limit: 3 });
    const second = await list({ ...held, limit: 3, before: first.at(-1) });
    expect([...first, ...second]).toEqual([6, 3, 2, 1, 0].map((index) => ids[index]));
    expect(await list({ ...held, step: 'pay' })).toEqual([ids[3]]);
  });

  test.each([
    ['a client with few orders', { client_id: 'small' }, { clientId: 'small' }],
    [
      'a failure that many have',
      { status: 'held', failure_code: 'service_timeout' },
      { status: 'held', failureCode: 'service_timeout' },
    ],
    [
      'a failure that few have',
      { status: 'held', failure_code: 'undo_failed' },
      { status: 'held', failureCode: 'undo_failed' },
    ],
  ] as const)('of %s reads no more than a page, however many others there are', async (_, columns, filter) => {
    const ids = await accept(3);
    await db.sql`
      INSERT INTO orders (order_id, client_id, status, failure_code, failure_step, failed_at, request, traceparent)
      SELECT gen_random_uuid(), 'large', 'held', 'service_timeout', 'pay', now(), '{}'::json, '' FROM generate_series(1, 1000)
      UNION ALL
      SELECT gen_random_uuid(), 'large', 'confirmed', NULL, NULL, NULL, '{}'::json, '' FROM generate_series(1, 20000)`;
    for (const id of ids) await set(db.sql, id, columns);
    await db.sql`VACUUM ANALYZE orders`;
    await db.sql.begin(async (tx) => {
      const readBefore = await rowsRead(tx);
      // More often than PostgreSQL plans for the values at hand.
      const [times, limit] = [20, 50];
      for (let n = 0; n < times; n += 1)
        for (const before of [undefined, ids[2]]) await listOrders(tx as unknown as Sql, { ...filter, before, limit });
      expect((await rowsRead(tx)) - readBefore).toBeLessThanOrEqual(times * 2 * limit);
    });
  });

  test('in pages is complete and without overlap while new orders arrive', async () => {
    const ids = await accept(25);
    const seen: string[] = [];
    for (let page = await list({ limit: 4 }); page.length > 0; page = await list({ limit: 4, before: seen.at(-1) })) {
      seen.push(...page);
      await accept(3);
    }
    expect(seen).toEqual(ids.toReversed());
  });

  test('in pages keeps to its filter', async () => {
    const ids = await accept(10);
    for (const id of ids.filter((_, index) => index % 2)) await set(db.sql, id, { status: 'held' });
    const first = await list({ status: 'held', limit: 3 });
    const second = await list({ status: 'held', limit: 3, before: first.at(-1) });
    expect([...first, ...second]).toEqual(ids.filter((_, index) => index % 2).toReversed());
  });
});

test('an order that is not there is not found', async () => {
  expect(await findOrder(db.sql, uuidv7())).toBeUndefined();
});

test('of orders asked for, those that have settled are found', async () => {
  const [confirmed = '', held = '', unasked = ''] = await accept(3);
  const report = (orderId: string, status: 'confirmed' | 'held') => ({ orderId, status, steps: null, failure: null });
  await recordStatuses(db.sql, [report(confirmed, 'confirmed'), report(held, 'held'), report(unasked, 'confirmed')]);
  expect(await findSettled(db.sql, [confirmed, held, uuidv7()])).toEqual([
    { order_id: confirmed, status: 'confirmed' },
  ]);
});

test('unsettled orders are counted by status', async () => {
  const [held = '', confirmed = ''] = await accept(4);
  await set(db.sql, held, { status: 'held' });
  await set(db.sql, confirmed, { status: 'confirmed' });
  const counts = Object.fromEntries((await countUnsettled(db.sql)).map(({ status, count }) => [status, count]));
  expect(counts).toEqual({ accepted: 2, held: 1 });
});
