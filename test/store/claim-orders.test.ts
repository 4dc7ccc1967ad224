import { setTimeout as pause } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { claimOrders, markDispatched, measureBacklog, releaseOrders } from '../../src/store/claim-orders.ts';
import { insertOrders } from '../../src/store/insert-orders.ts';
import { recordStatuses } from '../../src/store/record-status.ts';
import { aNewOrder, TRACEPARENT } from '../support/orders.ts';
import { until } from '../support/until.ts';
import { acceptOrders, type OrdersDatabase, openOrdersDatabase, rowOf, set } from './orders-database.ts';

/** Only what the clock says is wrong: all else goes on as it does. */
const setClock = (now: string) =>
  jest.useFakeTimers({
    now: new Date(now),
    doNotFake: [
      ...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const),
      ...(['nextTick', 'queueMicrotask', 'performance', 'hrtime'] as const),
    ],
  });

let db: OrdersDatabase;
beforeAll(async () => {
  db = await openOrdersDatabase();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

const accept = (count: number): Promise<string[]> => acceptOrders(db.sql, count);
const acceptOne = async () => (await accept(1))[0] ?? '';
const claim = async (limit = 10, leaseSeconds = 60) =>
  (await claimOrders(db.sql, limit, leaseSeconds)).map(({ order_id }) => order_id);

describe('a claim', () => {
  test('hands over what is needed to start a run', async () => {
    const order = aNewOrder();
    await insertOrders(db.sql, [order]);
    const { orderId: order_id, request } = order;
    expect(await claimOrders(db.sql, 1, 60)).toEqual([
      { order_id, request, traceparent: TRACEPARENT, amendments: 0, earlier: null, isCancelled: false },
    ]);
  });

  test('is nobody else’s, however many claim at once', async () => {
    const ids = await accept(200);
    const claims = await Promise.all(Array.from({ length: 20 }, () => claim(15)));
    const rest = await claim(200);
    expect([...claims.flat(), ...rest].toSorted()).toEqual(ids.toSorted());
  });

  test('takes no more than asked for, the longest due first', async () => {
    const [newest = '', oldest = '', middle = ''] = await accept(3);
    await set(db.sql, oldest, { due_at: new Date(Date.now() - 60_000) });
    await set(db.sql, middle, { due_at: new Date(Date.now() - 30_000) });
    expect([await claim(1), await claim(1), await claim(1), await claim(1)]).toEqual([
      [oldest],
      [middle],
      [newest],
      [],
    ]);
  });

  test.each(['1999-01-01T00:00:00Z', '2099-01-01T00:00:00Z'])(
    'lasts as long as the database says, where a worker’s clock says %s',
    async (now) => {
      const ids = await accept(2);
      setClock(now);
      try {
        const [long] = await claim(1, 60);
        const [short] = await claim(1, 1);
        expect(new Set([long, short])).toEqual(new Set(ids));
        expect(await claim()).toEqual([]);
        await pause(1100);
        expect(await claim()).toEqual([short]);
      } finally {
        jest.useRealTimers();
      }
    },
  );

  test('does not wait for a row that somebody else is at', async () => {
    const [busy = '', free] = await accept(2);
    await db.sql.begin(async (other) => {
      await other`SELECT FROM orders WHERE order_id = ${busy} FOR UPDATE`;
      expect(await claim()).toEqual([free]);
    });
  });

  test('whose lease is over may be claimed again', async () => {
    const order = await acceptOne();
    expect(await claim(1, 1)).toEqual([order]);
    expect(await claim()).toEqual([]);
    expect(await until(async () => (await claim())[0])).toBe(order);
  });

  test('that is given back may be claimed again after the pause asked for', async () => {
    const order = await acceptOne();
    await claim();
    await releaseOrders(db.sql, [order], 60);
    expect(await claim()).toEqual([]);
    await releaseOrders(db.sql, [order], 0);
    expect(await claim()).toEqual([order]);
  });

  test('that is given back late does not bring back an order that has moved on', async () => {
    const order = await acceptOne();
    await claim();
    await markDispatched(db.sql, [order], 60);
    const before = await rowOf(db.sql, order);
    await releaseOrders(db.sql, [order], 0);
    expect(await rowOf(db.sql, order)).toEqual(before);
  });

  test('takes nothing that is not accepted', async () => {
    const order = await acceptOne();
    await set(db.sql, order, { status: 'processing' });
    expect(await claim()).toEqual([]);
  });
});

describe('noting that runs were started', () => {
  test('makes accepted orders processing, and leaves them to the reconciler', async () => {
    const order = await acceptOne();
    await markDispatched(db.sql, [order], 60);
    const { status, dispatched_at, due_at } = await rowOf(db.sql, order);
    expect([status, dispatched_at]).toEqual(['processing', expect.any(Date)]);
    expect(due_at.getTime() - dispatched_at.getTime()).toBe(60_000);
  });

  test.each(['held', 'confirmed', 'rejected', 'cancelled', 'failed'] as const)(
    'does not move an order that is %s already',
    async (status) => {
      const order = await acceptOne();
      for (const reported of ['processing', status] as const)
        await recordStatuses(db.sql, [{ orderId: order, status: reported, steps: null, failure: null }]);
      await markDispatched(db.sql, [order], 60);
      const row = await rowOf(db.sql, order);
      expect([row.status, row.due_at === null]).toEqual([status, status !== 'held']);
    },
  );
});

test('the backlog is what has no run yet, and as old as its oldest order', async () => {
  expect(await measureBacklog(db.sql)).toEqual({ depth: 0, oldestSeconds: 0 });
  const [oldest = '', , started = ''] = await accept(3);
  await set(db.sql, oldest, { accepted_at: new Date(Date.now() - 90_000) });
  await markDispatched(db.sql, [started], 60);
  const { depth, oldestSeconds } = await measureBacklog(db.sql);
  expect(depth).toBe(2);
  expect(oldestSeconds).toBeGreaterThan(89);
});

test('an order that comes in while the backlog is measured has no age below 0', async () => {
  const [order = ''] = await accept(1);
  await set(db.sql, order, { accepted_at: new Date(Date.now() + 5000) });
  expect(await measureBacklog(db.sql)).toEqual({ depth: 1, oldestSeconds: 0 });
});
