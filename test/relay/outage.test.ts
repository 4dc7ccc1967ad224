import type { Relay } from '../../src/relay/relay.ts';
import { connect, type Sql } from '../../src/store/connect.ts';
import { insertOrders } from '../../src/store/insert-orders.ts';
import { type OrdersDatabase, openOrdersDatabase } from '../store/orders-database.ts';
import { openWayTo, type WayToPostgres } from '../store/way-to-postgres.ts';
import { newOrders } from '../support/orders.ts';
import { until } from '../support/until.ts';
import { FakeTemporal, startRelay } from './running-relay.ts';

let db: OrdersDatabase;
let way: WayToPostgres;
let sql: Sql;
let temporal: FakeTemporal;
let relay: Relay | undefined;
beforeAll(async () => {
  db = await openOrdersDatabase();
});
beforeEach(async () => {
  temporal = new FakeTemporal();
  way = await openWayTo(db.url);
  sql = connect(way.url, { max: 5 });
  await db.empty();
});
afterEach(async () => {
  await relay?.stop();
  await sql.end({ timeout: 1 });
  await way.cut();
});
afterAll(() => db.close());

const accept = (count: number) => insertOrders(db.sql, newOrders(count));
const countOf = async (status: string) =>
  (await db.sql`SELECT count(*)::int AS n FROM orders WHERE status = ${status}`)[0]?.n;

describe('while Temporal is away', () => {
  test('the backlog stays, and is started when it is back', async () => {
    temporal.isAway = true;
    await accept(50);
    relay = await startRelay(sql, temporal.start, { pollMs: 100 });
    await until(() => temporal.attempts > 50);
    expect(await countOf('accepted')).toBe(50);
    temporal.isAway = false;
    await until(async () => (await countOf('processing')) === 50);
    expect(new Set(temporal.started).size).toBe(50);
  });

  test('it is tried at a growing distance, however many orders keep arriving', async () => {
    temporal.isAway = true;
    relay = await startRelay(sql, temporal.start);
    await accept(1);
    await until(() => temporal.attempts === 1);
    const over = performance.now() + 1500;
    await until(async () => {
      await accept(2);
      return performance.now() > over && temporal.attempts > 2;
    });
    expect(temporal.attempts).toBeLessThan(12);
  });

  test('one failure seen by many orders is one reason to pause, not many', async () => {
    temporal.isAway = true;
    await accept(200);
    relay = await startRelay(sql, temporal.start);
    await until(() => temporal.attempts >= 200);
    temporal.isAway = false;
    await accept(1);
    await until(() => temporal.started.length > 0, { within: 4000 }); // of many the pause would be 5 s
  });

  test('stopping does not wait for it', async () => {
    temporal.isAway = true;
    await accept(1);
    relay = await startRelay(sql, temporal.start);
    await until(() => temporal.attempts >= 5, { within: 20_000 });
    const before = performance.now();
    await relay.stop();
    expect(performance.now() - before).toBeLessThan(2500); // the fifth pause is 3.2 s
  });
});

describe('while PostgreSQL is away', () => {
  test('nothing is lost, and what is accepted afterwards is started at once', async () => {
    relay = await startRelay(sql, temporal.start, { pollMs: 500 });
    await way.cut();
    await accept(5);
    await way.restore();
    await until(async () => (await countOf('processing')) === 5);
    await accept(5);
    await until(async () => (await countOf('processing')) === 10);
  });

  test('a start that could not be noted is found again after the lease, and happens once', async () => {
    const start: FakeTemporal['start'] = async (order) => {
      if (temporal.attempts === 0) await way.cut();
      return await temporal.start(order);
    };
    await accept(1);
    relay = await startRelay(sql, start, { leaseSeconds: 2, pollMs: 100 });
    await until(() => temporal.started.length === 1);
    await way.restore();
    await until(async () => (await countOf('processing')) === 1);
    expect([temporal.started.length, temporal.attempts]).toEqual([1, 2]);
  });

  test('stopping does not hang', async () => {
    relay = await startRelay(sql, temporal.start);
    await way.cut();
    const before = performance.now();
    await relay.stop();
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});
