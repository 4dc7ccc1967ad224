import { InFlight } from '../../src/relay/in-flight.ts';
import type { Relay, RelayOptions } from '../../src/relay/relay.ts';
import { claimOrders } from '../../src/store/claim-orders.ts';
import { insertOrders } from '../../src/store/insert-orders.ts';
import { type OrdersDatabase, openOrdersDatabase, rowOf } from '../store/orders-database.ts';
import { newOrders } from '../support/orders.ts';
import { until } from '../support/until.ts';
import { FakeTemporal, startRelay } from './running-relay.ts';

let db: OrdersDatabase;
let temporal: FakeTemporal;
const relays: Relay[] = [];
beforeAll(async () => {
  db = await openOrdersDatabase();
});
beforeEach(async () => {
  temporal = new FakeTemporal();
  await db.empty();
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
});
afterAll(() => db.close());

const run = async (start = temporal.start, changes: Partial<RelayOptions> = {}) => {
  const relay = await startRelay(db.sql, start, changes);
  relays.push(relay);
  return relay;
};
const accept = async (count: number) => {
  const orders = newOrders(count);
  await insertOrders(db.sql, orders);
  return orders.map(({ orderId }) => orderId);
};
const countOf = async (status: string) =>
  (await db.sql`SELECT count(*)::int AS n FROM orders WHERE status = ${status}`)[0]?.n;

describe('a relay', () => {
  test('starts an order as soon as it is accepted, and notes that it did', async () => {
    await run();
    await until(async () => (await countOf('accepted')) === 0);
    const before = performance.now();
    const [order = ''] = await accept(1);
    await until(() => temporal.started.includes(order), { every: 1 });
    expect(performance.now() - before).toBeLessThan(500); // by NOTIFY: the poll is a minute away
    await until(async () => (await rowOf(db.sql, order)).status === 'processing');
  });

  test('starts what was accepted before it came', async () => {
    const orders = await accept(450);
    await run();
    await until(() => temporal.started.length === orders.length);
    await until(async () => (await countOf('processing')) === orders.length);
  });

  test('claims nothing during a pause, and goes on by itself after it', async () => {
    const inFlight = new InFlight(1000);
    inFlight.pause();
    await run(temporal.start, { inFlight });
    await accept(40);
    await until(async () => (await countOf('accepted')) === 40);
    expect(temporal.started).toEqual([]);
    inFlight.resume();
    await until(() => temporal.started.length === 16); // the poll is a minute away
    for (const order of temporal.started) inFlight.leave(order);
    await until(() => temporal.started.length === 32);
  });

  test('finds by itself what no notification told it of', async () => {
    await run(temporal.start, { pollMs: 50 });
    const [order = ''] = newOrders(1).map(({ orderId }) => orderId);
    await db.sql`
      INSERT INTO orders (order_id, client_id, request, traceparent) VALUES (${order}, 'c', '{}', 't')`;
    await until(() => temporal.started.includes(order));
  });

  test('side by side with another starts each order exactly once', async () => {
    await Promise.all([run(), run()]);
    const groups = await Promise.all(Array.from({ length: 10 }, () => accept(50)));
    await until(async () => (await countOf('processing')) === 500);
    expect(temporal.attempts).toBe(500);
    expect(temporal.started.toSorted()).toEqual(groups.flat().toSorted());
  });

  test('takes a run that is there already for a success', async () => {
    const [order = ''] = newOrders(1).map(({ orderId }) => orderId);
    temporal.started.push(order);
    await run();
    await insertOrders(db.sql, newOrders(1, { orderId: order }));
    await until(async () => (await rowOf(db.sql, order)).status === 'processing');
    expect(temporal.started).toEqual([order]);
  });

  test('has a bounded number in flight, and takes the next as room comes', async () => {
    const inFlight = new InFlight(20);
    await run(temporal.start, { inFlight });
    const orders = await accept(60);
    for (const expected of [20, 40, 60]) {
      await until(async () => (await countOf('processing')) === expected);
      expect([inFlight.size, temporal.started.length]).toEqual([20, expected]);
      for (const order of temporal.started) inFlight.leave(order);
    }
    expect(temporal.started.toSorted()).toEqual(orders.toSorted());
  });

  test('with room for a few only takes the next as room comes, too', async () => {
    const inFlight = new InFlight(4);
    await run(temporal.start, { inFlight });
    await accept(40);
    await until(() => {
      for (const order of temporal.started) inFlight.leave(order);
      return temporal.started.length === 40;
    });
  });

  test('takes over from one that died before it could note anything', async () => {
    const orders = await accept(3);
    const before = performance.now();
    await claimOrders(db.sql, 3, 0.3); // and was never heard of again
    await run(temporal.start, { pollMs: 50 });
    expect(temporal.started).toEqual([]);
    await until(() => temporal.started.length === orders.length);
    expect(performance.now() - before).toBeGreaterThanOrEqual(300);
  });

  test('that is stopped finishes what it has begun, and begins nothing more', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<'queued'>();
    const begun: string[] = [];
    const relay = await run(({ order_id }) => {
      begun.push(order_id);
      return answered;
    });
    const [order = ''] = await accept(1);
    await until(() => begun.includes(order));
    const stopped = relay.stop();
    const [late = ''] = await accept(1);
    answer('queued');
    await stopped;
    expect(begun).toEqual([order]);
    expect([(await rowOf(db.sql, order)).status, (await rowOf(db.sql, late)).status]).toEqual([
      'processing',
      'accepted',
    ]);
  });
});
