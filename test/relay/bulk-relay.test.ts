import { BulkRelay } from '../../src/relay/bulk-relay.ts';
import { countItems } from '../../src/store/bulk-items.ts';
import { createBulk, finishBulk, releaseBulk, type StoredBulk } from '../../src/store/bulks.ts';
import { type OrdersDatabase, openOrdersDatabase } from '../store/orders-database.ts';
import { until } from '../support/until.ts';
import { silentLog } from './running-relay.ts';

let db: OrdersDatabase;
let started: string[];
let isAway: boolean;
beforeAll(async () => {
  db = await openOrdersDatabase();
});
beforeEach(async () => {
  await db.sql`DELETE FROM bulks`;
  started = [];
  isAway = false;
});
afterAll(() => db.close());

const start = async ({ bulk_id }: StoredBulk): Promise<void> => {
  if (isAway) throw new Error('14 UNAVAILABLE');
  started.push(bulk_id);
};
const relay = () => new BulkRelay({ sql: db.sql, start, log: silentLog, everyMs: 5 });
const aBulk = async () =>
  (await createBulk(db.sql, { action: 'retry', filter: { step: 'pay' }, rate: 10, reason: null, by: 'ann' })).bulk_id;

test('a bulk operation is started once, however many relays look', async () => {
  const id = await aBulk();
  await Promise.all([relay().look(), relay().look(), relay().look()]);
  expect(started).toEqual([id]);
});

test('one whose run may be lost is started again, which harms none that is there', async () => {
  const id = await aBulk();
  await relay().look();
  await releaseBulk(db.sql, id, -1);
  await relay().look();
  expect(started).toEqual([id, id]);
});

test('one that is finished is left alone', async () => {
  const id = await aBulk();
  await finishBulk(db.sql, id, await countItems(db.sql, id));
  await relay().look();
  expect(started).toEqual([]);
});

test('one that could not be started while Temporal was away is, when it is back; until it is told to stop', async () => {
  isAway = true;
  const id = await aBulk();
  const running = relay();
  running.start();
  await until(
    async () => (await db.sql`SELECT FROM bulks WHERE due_at > now() AND due_at < now() + interval '6 s'`).length,
  );
  isAway = false;
  await releaseBulk(db.sql, id, -1);
  await until(() => started.length === 1);
  await running.stop();
  await releaseBulk(db.sql, id, -1);
  expect(started).toEqual([id]);
});
