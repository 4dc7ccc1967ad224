import { findFailureGroups } from '../../src/store/failure-groups.ts';
import { insertOrders } from '../../src/store/insert-orders.ts';
import { redispatch } from '../../src/store/reconcile-orders.ts';
import { recordStatuses } from '../../src/store/record-status.ts';
import { newOrders } from '../support/orders.ts';
import { type OrdersDatabase, openOrdersDatabase } from './orders-database.ts';

let db: OrdersDatabase;
beforeAll(async () => {
  db = await openOrdersDatabase();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

const failure = { code: 'service_error', step: 'pay', detail: 'payment /pay: 500' } as const;
const report = (orderIds: string[], changes: object = {}) =>
  recordStatuses(
    db.sql,
    orderIds.map((orderId) => ({ orderId, status: 'held' as const, steps: [], failure, ...changes })),
  );
async function place(count: number): Promise<string[]> {
  const orders = newOrders(count);
  await insertOrders(db.sql, orders);
  return orders.map(({ orderId }) => orderId);
}
const counts = async () =>
  (await findFailureGroups(db.sql)).map(({ status, failure_code, failure_step, count }) => [
    status,
    failure_code,
    failure_step,
    count,
  ]);

/** All for the same reason. Many times more at once would take a busy machine longer than a statement may take. */
async function holdOrders(count: number): Promise<void> {
  await db.sql`
    INSERT INTO orders (order_id, client_id, request, traceparent)
    SELECT gen_random_uuid(), 'shop', '{"items":[]}', '' FROM generate_series(1, ${count}::int)`;
  await db.sql`
    UPDATE orders SET status = 'held', failure_code = 'service_error', failure_step = 'pay', failure_detail = 'x',
      failed_at = now() + random() * interval '1 hour'
    WHERE status = 'accepted'`;
}

describe('failure groups', () => {
  test('are held orders by code and step, the largest first, with the newest as a sample', async () => {
    const [first, second, third, fourth] = await place(4);
    await report([first, second] as string[]);
    await report([third] as string[], { failure: { ...failure, step: 'deduct' } });
    await report([fourth] as string[], { failure: { ...failure, detail: 'the newest' } });
    const [largest] = await findFailureGroups(db.sql);
    expect(await counts()).toEqual([
      ['held', 'service_error', 'pay', 3],
      ['held', 'service_error', 'deduct', 1],
    ]);
    expect(largest?.sample).toEqual({ order_id: fourth, detail: 'the newest' });
    expect(largest?.first_seen.getTime()).toBeLessThan(largest?.last_seen.getTime() as number);
  });

  test('have failed orders apart, where no step is to blame', async () => {
    const ids = await place(2);
    await report(ids, { status: 'processing', failure: null });
    await report(ids, { status: 'failed', failure: { code: 'run_closed', step: null, detail: 'TERMINATED' } });
    expect(await counts()).toEqual([['failed', 'run_closed', null, 2]]);
  });

  test.each([
    ['goes on', (id: string) => report([id], { status: 'processing', failure: null })],
    ['is started again', (id: string) => redispatch(db.sql, id, ['held'])],
    ['is cancelled', (id: string) => report([id], { status: 'cancelled' })],
    ['is deleted', (id: string) => db.sql`DELETE FROM orders WHERE order_id = ${id}`],
  ])('lose an order that %s', async (_, leave) => {
    const [left, stays] = (await place(2)) as [string, string];
    await report([left, stays]);
    await leave(left);
    expect(await counts()).toEqual([['held', 'service_error', 'pay', 1]]);
  });

  test('are not there when nobody is in them', async () => {
    const ids = await place(1);
    await report(ids);
    await report(ids, { status: 'processing', failure: null });
    expect(await findFailureGroups(db.sql)).toEqual([]);
  });

  test('count an order once, however often it reports', async () => {
    const ids = await place(1);
    for (let n = 0; n < 3; n += 1) await report(ids);
    expect(await counts()).toEqual([['held', 'service_error', 'pay', 1]]);
  });

  test('take an order along that fails otherwise the next time, and tell since when', async () => {
    const ids = await place(1);
    await report(ids);
    await db.sql`UPDATE orders SET failed_at = now() - interval '1 hour'`;
    const [before] = await findFailureGroups(db.sql);
    await report(ids, { status: 'processing', failure: null });
    await report(ids, { failure: { ...failure, code: 'service_contract' } });
    const [after] = await findFailureGroups(db.sql);
    expect(await counts()).toEqual([['held', 'service_contract', 'pay', 1]]);
    expect(after?.first_seen.getTime()).toBeGreaterThan(before?.first_seen.getTime() as number);
  });

  test('take an order along that fails otherwise without having gone on, as one does that can not be undone', async () => {
    const ids = await place(1);
    await report(ids);
    await db.sql`UPDATE orders SET failed_at = now() - interval '1 hour'`;
    const [before] = await findFailureGroups(db.sql);
    await report(ids, { failure: { ...failure, code: 'undo_failed' } });
    const [after] = await findFailureGroups(db.sql);
    expect(await counts()).toEqual([['held', 'undo_failed', 'pay', 1]]);
    expect(after?.first_seen.getTime()).toBeGreaterThan(before?.first_seen.getTime() as number);
  });

  test('are right however many report at once', async () => {
    const ids = await place(400);
    await Promise.all(
      ids.map((id, index) =>
        report([id], { failure: { ...failure, code: index % 2 ? 'service_error' : 'service_timeout' } }),
      ),
    );
    await Promise.all(ids.slice(0, 100).map((id) => report([id], { status: 'processing', failure: null })));
    expect(await counts()).toEqual([
      ['held', 'service_error', 'pay', 150],
      ['held', 'service_timeout', 'pay', 150],
    ]);
  });

  test('of a hundred thousand orders are there in well under 100 ms', async () => {
    for (let held = 0; held < 100_000; held += 10_000) await holdOrders(10_000);
    const times: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const started = performance.now();
      expect(await counts()).toEqual([['held', 'service_error', 'pay', 100_000]]);
      times.push(performance.now() - started);
    }
    expect(times.toSorted((a, b) => a - b)[2]).toBeLessThan(50);
  }, 60_000);
});
