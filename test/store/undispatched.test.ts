import { askToCancel, isToBeUndone } from '../../src/store/cancel-order.ts';
import { claimOrders, markDispatched, releaseOrders } from '../../src/store/claim-orders.ts';
import { insertOrders } from '../../src/store/insert-orders.ts';
import { claimSilentOrders, redispatch } from '../../src/store/reconcile-orders.ts';
import { cancelUndispatched, recordStatuses } from '../../src/store/record-status.ts';
import { aNewOrder, newOrders } from '../support/orders.ts';
import { type OrdersDatabase, openOrdersDatabase, rowOf, set } from './orders-database.ts';

let db: OrdersDatabase;
beforeAll(async () => {
  db = await openOrdersDatabase();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

const accept = async (): Promise<string> => {
  const order = aNewOrder();
  await insertOrders(db.sql, [order]);
  return order.orderId;
};
const claimed = async () => (await claimOrders(db.sql, 10, 60)).map(({ order_id }) => order_id);
const silent = async (limit = 10, reconcileSeconds = 60) =>
  (await claimSilentOrders(db.sql, limit, reconcileSeconds)).map(({ order_id }) => order_id);
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);

describe('cancelling what no relay has taken', () => {
  test('settles the order, and no relay takes it any more', async () => {
    const order = await accept();
    expect(await cancelUndispatched(db.sql, order)).toBe(true);
    expect(await rowOf(db.sql, order)).toMatchObject({
      status: 'cancelled',
      settled_at: expect.any(Date),
      due_at: null,
    });
    expect(await claimed()).toEqual([]);
    expect(await cancelUndispatched(db.sql, order)).toBe(false);
  });

  test('is not possible while a relay is about to start it', async () => {
    const order = await accept();
    await claimed();
    expect(await cancelUndispatched(db.sql, order)).toBe(false);
  });

  test('is possible again once it was given back', async () => {
    const order = await accept();
    await claimed();
    await releaseOrders(db.sql, [order], 0);
    expect(await cancelUndispatched(db.sql, order)).toBe(true);
  });

  test('is not possible where a run was started once, even if that is gone: something may have been done', async () => {
    const order = await accept();
    await markDispatched(db.sql, [order], 60);
    expect(await cancelUndispatched(db.sql, order)).toBe(false);
    await redispatch(db.sql, order, ['processing']);
    expect(await cancelUndispatched(db.sql, order)).toBe(false);
  });

  test('and claiming at once: one of the two has the order', async () => {
    const orders = newOrders(50);
    await insertOrders(db.sql, orders);
    const [, cancelled] = await Promise.all([
      claimOrders(db.sql, 25, 60),
      Promise.all(orders.map(({ orderId }) => cancelUndispatched(db.sql, orderId))),
    ]);
    const rows = await db.sql`SELECT status, due_at > now() AS claimed FROM orders`;
    expect(rows.filter((row) => row.status === 'cancelled')).toHaveLength(cancelled.filter(Boolean).length);
    expect(rows.filter((row) => row.status === 'cancelled' && row.claimed)).toEqual([]);
  });
});

describe('handing an order to the relay again', () => {
  const ANYWHERE = ['processing', 'held', 'failed'] as const;

  test.each(ANYWHERE)('is possible where it is %s', async (status) => {
    const order = await accept();
    await set(db.sql, order, { status, due_at: null as unknown as string });
    expect(await redispatch(db.sql, order, [status])).toBe(true);
    expect(await claimed()).toEqual([order]);
  });

  test('is not where it has gone on since that was decided', async () => {
    const order = await accept();
    await set(db.sql, order, { status: 'processing' });
    expect(await redispatch(db.sql, order, ['held', 'failed'])).toBe(false);
    expect((await rowOf(db.sql, order)).status).toBe('processing');
  });

  test.each(['confirmed', 'rejected', 'cancelled', 'accepted'])('is not where it is %s', async (status) => {
    const order = await accept();
    await set(db.sql, order, { status });
    expect(await redispatch(db.sql, order, [...ANYWHERE])).toBe(false);
    expect((await rowOf(db.sql, order)).status).toBe(status);
  });
});

describe('claiming orders whose run is silent', () => {
  const aSilentOrder = async (columns: object = {}) => {
    const order = await accept();
    await set(db.sql, order, { status: 'processing', dispatched_at: ago(120), due_at: ago(1), ...columns });
    return order;
  };

  test('takes processing and held ones that are due, longest overdue first', async () => {
    const [late, latest] = [
      await aSilentOrder({ due_at: ago(5) }),
      await aSilentOrder({ due_at: ago(9), status: 'held' }),
    ];
    await aSilentOrder({ due_at: ago(-60) });
    for (const status of ['accepted', 'failed', 'confirmed']) await aSilentOrder({ status });
    expect([await silent(1), await silent(1), await silent(1)]).toEqual([[latest], [late], []]);
  });

  test('is nobody else’s', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => aSilentOrder()));
    const claims = await Promise.all(Array.from({ length: 5 }, () => silent(20)));
    expect(claims.flat().toSorted()).toEqual(ids.toSorted());
  });

  const dueIn = async (order: string): Promise<number> => {
    const [row] =
      await db.sql`SELECT extract(epoch FROM due_at - now())::float AS next FROM orders WHERE order_id = ${order}`;
    return row?.next;
  };

  test.each([
    ['a young order after the usual time', 10, false, 60],
    ['an older one after as long again as it has been under way', 600, false, 600],
    ['a very old one after an hour', 86_400, false, 3600],
    ['one that is to be cancelled, too', 200, true, 200],
    ['but however old that is after five minutes', 86_400, true, 300],
  ])('asks about %s', async (_, underWay, cancel_asked, expected) => {
    const order = await aSilentOrder({ dispatched_at: ago(underWay), cancel_asked });
    await silent();
    expect(Math.abs((await dueIn(order)) - expected)).toBeLessThan(5);
  });

  test.each([
    ['soon', 3000, 45],
    ['no later than it was to be', 8, 8],
  ])('asks about one whose cancellation was asked for %s', async (_, before, expected) => {
    const order = await aSilentOrder({ due_at: ago(-before) });
    await askToCancel(db.sql, order);
    expect(Math.abs((await dueIn(order)) - expected)).toBeLessThan(5);
  });

  test('asks about one that seemed to have no run and reports again', async () => {
    const order = await aSilentOrder({ status: 'failed', due_at: null });
    await recordStatuses(db.sql, [{ orderId: order, status: 'processing', steps: null, failure: null }]);
    expect(Math.abs((await dueIn(order)) - 60)).toBeLessThan(5);
  });
});

describe('an order is to be undone', () => {
  test.each([
    ['whose cancellation was asked for while it is under way', { cancel_asked: true }, true],
    ['and held', { cancel_asked: true, status: 'held' }, true],
    ['but not where it has no run to be ended', { cancel_asked: true, status: 'failed' }, false],
    ['or has settled', { cancel_asked: true, status: 'confirmed' }, false],
    ['or where nobody asked for it', { cancel_asked: false }, false],
  ])('%s', async (_, columns, expected) => {
    const order = await accept();
    await set(db.sql, order, { status: 'processing', ...columns });
    expect(await isToBeUndone(db.sql, order)).toBe(expected);
  });
});
