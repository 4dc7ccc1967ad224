import { bulkActivities } from '../../src/activities/bulk.ts';
import type { BulkProgress } from '../../src/activities/contract.ts';
import type { Asked } from '../../src/decisions/order-runs.ts';
import { listActions } from '../../src/store/actions.ts';
import { countItems, listItems, takeItems } from '../../src/store/bulk-items.ts';
import { createBulk, findBulk, wantOfBulk } from '../../src/store/bulks.ts';
import { claimOrders } from '../../src/store/claim-orders.ts';
import { FakeRuns } from '../api/fake-runs.ts';
import { holdOrders, type OrdersDatabase, openOrdersDatabase, rowOf, set } from '../store/orders-database.ts';
import { anAttempt } from './in-activity.ts';

let db: OrdersDatabase;
let runs: FakeRuns;
beforeAll(async () => {
  db = await openOrdersDatabase();
});
beforeEach(async () => {
  runs = new FakeRuns();
  await db.empty();
});
afterAll(() => db.close());

const ANN = { by: 'ann', reason: null };
const held = (count: number, columns = {}) => holdOrders(db.sql, count, columns);
async function start(action: 'retry' | 'cancel' = 'retry', rate = 100): Promise<string> {
  const filter = { failure_code: 'service_error' as const };
  return (await createBulk(db.sql, { action, filter, rate, reason: 'repaired', by: 'ann' })).bulk_id;
}
const resolveSome = (bulkId: string): Promise<BulkProgress> =>
  anAttempt({ isLocal: false }).run(bulkActivities({ sql: db.sql, runs }).resolveSome, { bulkId });
const outcomes = async (bulkId: string) =>
  (await listItems(db.sql, bulkId, { after: 0, limit: 100 })).map(({ outcome }) => outcome);
/** What a run does that was let go on. */
const settle = (id: string, status = 'confirmed') => set(db.sql, id, { status, settled_at: new Date() });
const orderIn = (asked: string | undefined) => asked?.split(' ')[1] as string;

describe('a second of a bulk retry', () => {
  test('asks as many as the rate says, evenly, and says that there are more', async () => {
    await held(5);
    const id = await start('retry', 3);
    const started = performance.now();
    expect(await resolveSome(id)).toMatchObject({ next: 'ask', counts: { waiting: 5 } });
    expect(performance.now() - started).toBeGreaterThan(900);
    expect(await outcomes(id)).toEqual(['asked', 'asked', 'asked', 'waiting', 'waiting']);
  });

  test('puts every order on the record, for whoever asked for it', async () => {
    const [order] = await held(1);
    const id = await start();
    await resolveSome(id);
    expect(await listActions(db.sql, { orderId: order, limit: 5 })).toMatchObject([
      { action: 'retry', by: 'ann', reason: 'repaired', bulk_id: id, outcome: 'taken', step: 'pay' },
    ]);
  });

  test('leaves alone what is no longer held', async () => {
    const [first] = (await held(2)) as [string, string];
    const id = await start();
    await settle(first, 'cancelled');
    await resolveSome(id);
    expect(await outcomes(id)).toEqual(['skipped', 'asked']);
    expect(runs.asked).toHaveLength(1);
  });

  test('skips what somebody else lets go on in that moment', async () => {
    const [order] = (await held(1)) as [string];
    const id = await start();
    runs.answer = async (): Promise<Asked> => {
      await set(db.sql, order, { status: 'processing' });
      return 'refused';
    };
    await resolveSome(id);
    expect(await listItems(db.sql, id, { after: 0, limit: 5 })).toMatchObject([
      { outcome: 'skipped', order_status: 'processing' },
    ]);
  });

  test('starts a failed order again', async () => {
    const [order] = await held(1, { status: 'failed' });
    await resolveSome(await start());
    expect(await claimOrders(db.sql, 1, 60)).toMatchObject([{ order_id: order }]);
  });
});

test('a bulk cancel passes by what is given back already: only a retry can end that', async () => {
  await held(2);
  const id = await start('cancel');
  const [undoing] = await listItems(db.sql, id, { after: 0, limit: 1 });
  await set(db.sql, undoing?.order_id as string, { failure_code: 'undo_failed' });
  await takeItems(db.sql, id, 1); // by a worker that died before it asked
  await resolveSome(id);
  expect([await outcomes(id), runs.asked.length]).toEqual([['skipped', 'asked'], 1]);
});

test('a bulk cancel cancels', async () => {
  const [order] = await held(1);
  const id = await start('cancel');
  await resolveSome(id);
  expect(runs.asked).toEqual([`cancel ${order}`]);
  expect(await outcomes(id)).toEqual(['asked']);
});

describe('following up', () => {
  test('ends when every order has an outcome, and tells done from held again', async () => {
    const [done, again] = (await held(2)) as [string, string];
    const id = await start();
    await resolveSome(id);
    expect(await resolveSome(id)).toMatchObject({ next: 'follow', counts: { waiting: 2 } });
    await settle(done);
    await set(db.sql, again, { failed_at: new Date(Date.now() + 1000) });
    expect(await resolveSome(id)).toEqual({ next: 'end', counts: expect.objectContaining({ done: 1, held_again: 1 }) });
    expect((await findBulk(db.sql, id))?.finished_at).not.toBeNull();
    expect(await resolveSome(id)).toMatchObject({ next: 'end' });
  });

  test('goes on while paused, and asks nothing', async () => {
    const [first] = (await held(2)) as [string, string];
    const id = await start('retry', 1);
    await resolveSome(id);
    await wantOfBulk(db.sql, id, 'paused', ANN);
    await settle(first);
    expect(await resolveSome(id)).toMatchObject({ next: 'rest', counts: { done: 1, waiting: 1 } });
    expect(runs.asked).toHaveLength(1);
    await wantOfBulk(db.sql, id, 'running', ANN);
    expect(await resolveSome(id)).toMatchObject({ next: 'ask' });
  });

  test('of a stopped one ends with those that were asked', async () => {
    const [first] = (await held(2)) as [string, string];
    const id = await start('retry', 1);
    await resolveSome(id);
    await wantOfBulk(db.sql, id, 'stopped', ANN);
    expect(await resolveSome(id)).toMatchObject({ next: 'follow' });
    await settle(first);
    expect(await resolveSome(id)).toMatchObject({ next: 'end', counts: { done: 1, waiting: 1 } });
  });
});

describe('a worker that dies in the middle', () => {
  test('leaves an order that was let go on, which is found out and not asked for another time', async () => {
    const [order] = (await held(1)) as [string];
    const id = await start();
    await takeItems(db.sql, id, 1);
    await settle(order);
    await resolveSome(id);
    expect([await outcomes(id), runs.asked]).toEqual([['asked'], []]);
    expect(await resolveSome(id)).toMatchObject({ next: 'end', counts: { done: 1 } });
  });

  test('leaves an order that is held again already, which counts as that', async () => {
    const [order] = (await held(1)) as [string];
    const id = await start();
    await takeItems(db.sql, id, 1);
    await set(db.sql, order, { failed_at: new Date(Date.now() + 1000) });
    await resolveSome(id);
    expect(runs.asked).toEqual([]);
    expect(await resolveSome(id)).toMatchObject({ next: 'end', counts: { held_again: 1 } });
  });

  test('leaves an order that was not asked, which is asked', async () => {
    await held(1);
    const id = await start();
    await takeItems(db.sql, id, 1);
    await resolveSome(id);
    expect([await outcomes(id), runs.asked.length]).toEqual([['asked'], 1]);
  });
});

describe('runs that do not answer', () => {
  test('are asked again, and in the end skipped so that the others get their turn', async () => {
    const [silent] = (await held(2)) as [string, string];
    const id = await start();
    runs.answer = () => {
      if (orderIn(runs.asked.at(-1)) !== silent) return 'taken';
      return runs.fail();
    };
    await resolveSome(id);
    expect(await outcomes(id)).toEqual(['waiting', 'asked']);
    for (let n = 0; n < 4; n += 1) await resolveSome(id);
    expect(await listItems(db.sql, id, { after: 0, limit: 1 })).toMatchObject([
      { outcome: 'skipped', failure_code: 'temporal_unavailable' },
    ]);
    expect((await rowOf(db.sql, silent)).status).toBe('held');
  });

  test('but had heard are found out: what was held again or settled meanwhile counts as that', async () => {
    const [again, done] = (await held(2)) as [string, string];
    const id = await start();
    runs.answer = () => runs.fail();
    await resolveSome(id);
    await set(db.sql, again, { failed_at: new Date(Date.now() + 1000) });
    await settle(done);
    runs.answer = () => 'taken'; // to the same question: the answer that was lost
    await resolveSome(id);
    expect(await resolveSome(id)).toMatchObject({ next: 'end', counts: { done: 1, held_again: 1 } });
    expect(runs.asked).toHaveLength(2);
  });

  test('because Temporal is away cost no order a try', async () => {
    await held(1);
    const id = await start();
    runs.isAway = true;
    await expect(resolveSome(id)).rejects.toMatchObject({ type: 'temporal_unavailable' });
    expect(await countItems(db.sql, id)).toMatchObject({ waiting: 1, asked: 0 });
  });
});

test('two bulk operations on the same orders ask each once, and both come to their end', async () => {
  const ids = await held(20);
  const [one, two] = [await start(), await start()];
  const isReleased = new Set<string>();
  runs.answer = async (): Promise<Asked> => {
    const order = orderIn(runs.asked.at(-1));
    if (isReleased.has(order)) return 'refused';
    isReleased.add(order);
    await set(db.sql, order, { status: 'processing' });
    return 'taken';
  };
  await Promise.all([resolveSome(one), resolveSome(two)]);
  for (const id of ids) await settle(id);
  const ends = await Promise.all([resolveSome(one), resolveSome(two)]);
  expect(ends.map(({ next }) => next)).toEqual(['end', 'end']);
  const [first, second] = ends.map(({ counts }) => counts.done);
  expect((first ?? 0) + (second ?? 0)).toBe(20);
});
