import { listActions } from '../../src/store/actions.ts';
import {
  countItems,
  type ItemResult,
  listItems,
  noteAsked,
  noteOutcomes,
  openItems,
  takeItems,
} from '../../src/store/bulk-items.ts';
import { type BulkFilter, claimBulks, createBulk, finishBulk, releaseBulk, wantOfBulk } from '../../src/store/bulks.ts';
import { holdOrders, type OrdersDatabase, openOrdersDatabase, set } from './orders-database.ts';

let db: OrdersDatabase;
beforeAll(async () => {
  db = await openOrdersDatabase();
});
beforeEach(async () => {
  await db.sql`DELETE FROM bulk_items`;
  await db.sql`DELETE FROM bulks`;
  await db.empty();
});
afterAll(() => db.close());

const ANN = { by: 'ann', reason: null };
const held = (count: number, columns = {}) => holdOrders(db.sql, count, columns);
const create = (filter: BulkFilter = { failure_code: 'service_error' }) =>
  createBulk(db.sql, { action: 'retry', filter, rate: 10, ...ANN });
const result = (position: number, outcome: ItemResult['outcome']): ItemResult => ({
  position,
  outcome,
  orderStatus: 'processing',
  failureCode: null,
});

describe('the set of a bulk operation', () => {
  test('is what fits when it is made, those that failed first at the front, and nothing that fails later', async () => {
    const ids = await held(3);
    await held(1, { failure_code: 'service_contract' });
    const { bulk_id, total } = await create();
    await held(1);
    expect(total).toBe(3);
    const items = await listItems(db.sql, bulk_id, { after: 0, limit: 10 });
    expect(items.map(({ order_id }) => order_id)).toEqual(ids);
  });

  test.each([
    [{ step: 'pay' as const }, 2],
    [{ status: 'failed' as const }, 1],
    [{ failure_code: 'service_error' as const, step: 'deduct' as const }, 1],
    [{ failure_code: 'service_timeout' as const }, 0],
  ])('by %j has %d', async (filter, expected) => {
    await held(2);
    await held(1, { failure_step: 'deduct' });
    await held(1, { status: 'failed', failure_code: 'run_closed', failure_step: null });
    expect((await create(filter)).total).toBe(expected);
  });

  test('of twenty thousand is frozen in one go', async () => {
    await db.sql`
      INSERT INTO orders (order_id, client_id, request, traceparent, status, failure_code, failure_step, failed_at)
      SELECT gen_random_uuid(), 'shop', '{"items":[]}', '', 'held', 'service_error', 'pay', now()
      FROM generate_series(1, 20000)`;
    expect((await create()).total).toBe(20_000);
  });
});

describe('an order of a bulk operation', () => {
  test('is taken once, in its turn, and written down before it is asked', async () => {
    await held(3);
    const { bulk_id } = await create();
    expect((await takeItems(db.sql, bulk_id, 2)).map(({ position }) => position).toSorted()).toEqual([1, 2]);
    expect(await countItems(db.sql, bulk_id)).toMatchObject({ waiting: 3, asked: 2 });
  });

  test('that was left in the middle is taken first, and known as such', async () => {
    await held(3);
    const { bulk_id } = await create();
    await takeItems(db.sql, bulk_id, 1);
    const again = await takeItems(db.sql, bulk_id, 1);
    expect(again).toMatchObject([{ position: 1, was_asking: true, tries: 2 }]);
  });

  test('is not changed by a worker that wakes up late', async () => {
    const [order] = (await held(1)) as [string];
    const { bulk_id } = await create();
    await takeItems(db.sql, bulk_id, 1);
    await noteAsked(db.sql, bulk_id, [result(1, 'asked')]);
    await set(db.sql, order, { status: 'confirmed', settled_at: new Date() });
    await noteOutcomes(db.sql, bulk_id);
    await noteAsked(db.sql, bulk_id, [result(1, 'skipped')]);
    expect(await countItems(db.sql, bulk_id)).toMatchObject({ waiting: 0, done: 1, skipped: 0 });
  });

  test('is done when it settles, and held again only when it fails after it was asked', async () => {
    const [done, again, still] = (await held(3)) as [string, string, string];
    const { bulk_id } = await create();
    const taken = await takeItems(db.sql, bulk_id, 3);
    await noteAsked(
      db.sql,
      bulk_id,
      taken.map(({ position }) => result(position, 'asked')),
    );
    await noteOutcomes(db.sql, bulk_id);
    expect(await countItems(db.sql, bulk_id)).toMatchObject({ waiting: 3, asked: 3, done: 0, held_again: 0 });
    await set(db.sql, done, { status: 'confirmed', settled_at: new Date() });
    await set(db.sql, again, { failed_at: new Date(Date.now() + 1000), failure_code: 'service_contract' });
    await noteOutcomes(db.sql, bulk_id);
    const items = await listItems(db.sql, bulk_id, { after: 0, limit: 5 });
    expect(items).toMatchObject([
      { order_id: done, outcome: 'done', order_status: 'confirmed' },
      { order_id: again, outcome: 'held_again', failure_code: 'service_contract' },
      { order_id: still, outcome: 'asked' },
    ]);
    expect(await openItems(db.sql, bulk_id)).toEqual({ toAsk: false, asked: true });
  });
});

describe('a bulk operation', () => {
  test('is claimed once a lease, until it is finished', async () => {
    const { bulk_id } = await create();
    expect(await claimBulks(db.sql, 60)).toMatchObject([{ bulk_id, action: 'retry' }]);
    expect(await claimBulks(db.sql, 60)).toHaveLength(0);
    await releaseBulk(db.sql, bulk_id, -1);
    expect(await claimBulks(db.sql, -1)).toMatchObject([{ bulk_id }]);
    await finishBulk(db.sql, bulk_id, await countItems(db.sql, bulk_id));
    expect(await claimBulks(db.sql, 60)).toHaveLength(0);
  });

  test('is on the record with all that was wanted of it, while something could be', async () => {
    const { bulk_id } = await create({ step: 'pay' });
    await wantOfBulk(db.sql, bulk_id, 'paused', { by: 'bob', reason: 'too fast' });
    await finishBulk(db.sql, bulk_id, await countItems(db.sql, bulk_id));
    await wantOfBulk(db.sql, bulk_id, 'stopped', ANN);
    expect(await listActions(db.sql, { bulkId: bulk_id, limit: 5 })).toMatchObject([
      { action: 'bulk_pause', by: 'bob', reason: 'too fast', step: 'pay', outcome: 'taken' },
      { action: 'bulk_retry', by: 'ann', step: 'pay', outcome: 'taken' },
    ]);
  });

  test('can be paused and resumed, and stopped once and for all', async () => {
    const { bulk_id } = await create();
    expect(await wantOfBulk(db.sql, bulk_id, 'paused', ANN)).toMatchObject({ wanted: 'paused' });
    expect(await wantOfBulk(db.sql, bulk_id, 'running', ANN)).toMatchObject({ wanted: 'running' });
    expect(await wantOfBulk(db.sql, bulk_id, 'stopped', ANN)).toMatchObject({ wanted: 'stopped' });
    expect(await wantOfBulk(db.sql, bulk_id, 'running', ANN)).toBeUndefined();
  });
});
