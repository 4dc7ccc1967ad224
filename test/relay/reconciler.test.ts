import { v7 as uuidv7 } from 'uuid';
import { noStepTaken } from '../../src/domain/lifecycle.ts';
import type { AskFate, EndRun, Fate, ListClosed } from '../../src/relay/fates.ts';
import { Reconciler } from '../../src/relay/reconciler.ts';
import { insertOrders } from '../../src/store/insert-orders.ts';
import { type OrdersDatabase, openOrdersDatabase, rowOf, set } from '../store/orders-database.ts';
import { aNewOrder } from '../support/orders.ts';
import { until } from '../support/until.ts';
import { silentLog } from './running-relay.ts';

let db: OrdersDatabase;
beforeAll(async () => {
  db = await openOrdersDatabase();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

const pages = (...all: string[][]): ListClosed =>
  async function* () {
    yield* all;
  };
let ended: string[];
let endRun: EndRun;
let doesMore: boolean;
beforeEach(() => {
  ended = [];
  doesMore = true;
  endRun = async (_order, runId) => void ended.push(runId);
});
const reconciler = (askFate: AskFate, everyMs = 5, listClosed: ListClosed = pages()) =>
  new Reconciler({
    sql: db.sql,
    askFate,
    askWhetherItDoesMore: async () => doesMore,
    endRun: (...run) => endRun(...run),
    listClosed,
    log: silentLog,
    reconcileSeconds: 60,
    everyMs,
  });
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);

/** An order whose run was started a while ago and has not been heard of since. */
async function aSilentOrder(columns: Record<string, unknown> = {}): Promise<string> {
  const order = aNewOrder();
  await insertOrders(db.sql, [order]);
  await set(db.sql, order.orderId, { status: 'processing', dispatched_at: ago(90), due_at: ago(1), ...columns });
  return order.orderId;
}
const afterFate = async (order: string, fate: Fate) => {
  await reconciler(async () => fate).reconcile();
  return await rowOf(db.sql, order);
};

describe('an order whose run', () => {
  test('is missing is handed to the relay again', async () => {
    const row = await afterFate(await aSilentOrder(), { is: 'missing' });
    expect([row.status, row.due_at <= new Date()]).toEqual(['accepted', true]);
  });

  test('is missing and that is held is handed to the relay again, too', async () => {
    const row = await afterFate(await aSilentOrder({ status: 'held' }), { is: 'missing' });
    expect(row.status).toBe('accepted');
  });

  test('was closed from outside is failed, with Temporal’s word for how', async () => {
    const row = await afterFate(await aSilentOrder(), { is: 'closed', how: 'TERMINATED' });
    expect([row.status, row.failure_code, row.failure_step]).toEqual(['failed', 'run_closed', null]);
    expect(row.failure_detail).toContain('TERMINATED');
    expect(row.settled_at).toBeNull();
  });

  test('was closed, and can still say where its steps were, is failed there', async () => {
    const steps = noStepTaken().map((progress, index) =>
      index === 0 ? { ...progress, state: 'done' as const } : progress,
    );
    const row = await afterFate(await aSilentOrder(), { is: 'closed', how: 'FAILED', steps });
    expect([row.status, row.steps]).toEqual(['failed', steps]);
  });

  test.each(['confirmed', 'rejected', 'cancelled'] as const)('ended %s behind our back is that', async (status) => {
    const row = await afterFate(await aSilentOrder(), { is: 'completed', status });
    expect([row.status, row.settled_at]).toEqual([status, expect.any(Date)]);
  });

  test('is running is left alone, and asked about less and less', async () => {
    const order = await aSilentOrder({ dispatched_at: ago(600) });
    const row = await afterFate(order, { is: 'running' });
    expect(row.status).toBe('processing');
    const wait = (row.due_at.getTime() - Date.now()) / 1000;
    expect(wait).toBeGreaterThan(590);
    expect(wait).toBeLessThan(610);
  });

  describe('does not go on', () => {
    const failing = { is: 'failing', runId: 'stuck' } as const;
    const isCancelled = { cancel_asked: true };

    test.each(['processing', 'held'])('and that is %s and cancelled gets one that only undoes', async (status) => {
      const row = await afterFate(await aSilentOrder({ status, ...isCancelled }), failing);
      expect([row.status, row.cancel_asked, ended]).toEqual(['accepted', true, ['stuck']]);
    });

    test('and that is to be confirmed is left to who repairs the code', async () => {
      const row = await afterFate(await aSilentOrder(), failing);
      expect([row.status, ended]).toEqual(['processing', []]);
    });

    test('though it only undoes is left to who repairs the code, too', async () => {
      doesMore = false;
      const row = await afterFate(await aSilentOrder(isCancelled), failing);
      expect([row.status, ended]).toEqual(['processing', []]);
    });

    test('and can not be ended is tried again, and keeps nobody behind it waiting', async () => {
      endRun = async () => {
        throw new Error('7 PERMISSION_DENIED');
      };
      const order = await aSilentOrder({ ...isCancelled, due_at: ago(9) });
      const next = await aSilentOrder();
      await reconciler(async (id) => (id === order ? failing : { is: 'missing' })).reconcile();
      expect([(await rowOf(db.sql, order)).status, (await rowOf(db.sql, next)).status]).toEqual([
        'processing',
        'accepted',
      ]);
    });

    test('and was ended by one who then died gets its other run all the same', async () => {
      const order = await aSilentOrder(isCancelled);
      const row = await afterFate(order, { is: 'closed', how: 'TERMINATED' });
      expect([row.status, row.failure_code]).toEqual(['accepted', null]);
      const later = await aSilentOrder({ ...isCancelled, due_at: ago(-3000) });
      await reconciler(async () => ({ is: 'closed', how: 'TERMINATED' }), 5, pages([later])).sweep();
      expect((await rowOf(db.sql, later)).status).toBe('accepted');
    });

    test('is left to the rounds by a sweep', async () => {
      const order = await aSilentOrder({ ...isCancelled, due_at: ago(-3000) });
      await reconciler(async () => failing, 5, pages([order])).sweep();
      expect([(await rowOf(db.sql, order)).status, ended]).toEqual(['processing', []]);
    });

    test('and settles while it is ended stays what it is', async () => {
      const order = await aSilentOrder(isCancelled);
      endRun = async () => void (await set(db.sql, order, { status: 'rejected' }));
      expect((await afterFate(order, failing)).status).toBe('rejected');
    });
  });

  test('failed by itself is failed, cancelled or not', async () => {
    const row = await afterFate(await aSilentOrder({ cancel_asked: true }), { is: 'closed', how: 'FAILED' });
    expect([row.status, row.failure_code]).toEqual(['failed', 'run_closed']);
  });

  test('settled between question and answer is not brought back', async () => {
    const order = await aSilentOrder();
    await reconciler(async () => {
      await set(db.sql, order, { status: 'confirmed' });
      return { is: 'missing' };
    }).reconcile();
    expect((await rowOf(db.sql, order)).status).toBe('confirmed');
  });
});

describe('a sweep over closed runs', () => {
  const sweep = (ids: string[], fate: Fate) => reconciler(async () => fate, 5, pages(ids)).sweep();

  test.each(['processing', 'held'])('finds an order that is %s failed long before it is silent', async (status) => {
    const order = await aSilentOrder({ status, due_at: ago(-3000) });
    await sweep([order], { is: 'closed', how: 'TERMINATED' });
    expect((await rowOf(db.sql, order)).status).toBe('failed');
  });

  test('leaves an order alone that was started again since', async () => {
    const order = await aSilentOrder({ due_at: ago(-3000) });
    await sweep([order], { is: 'running' });
    expect((await rowOf(db.sql, order)).status).toBe('processing');
  });

  test('asks about no order that has settled, failed, or never was', async () => {
    const order = await aSilentOrder({ status: 'confirmed' });
    const failed = await aSilentOrder({ status: 'failed' });
    const asked: string[] = [];
    const ask = async (id: string): Promise<Fate> => {
      asked.push(id);
      return { is: 'running' };
    };
    await reconciler(ask, 5, pages([order, failed, uuidv7()])).sweep();
    expect(asked).toEqual([]);
  });

  test('goes on page by page for as long as there is anything new, and no longer', async () => {
    const later = { due_at: ago(-3000) };
    const [first, second, third] = [await aSilentOrder(later), await aSilentOrder(later), await aSilentOrder(later)];
    const known = await aSilentOrder({ status: 'failed' });
    await reconciler(
      async () => ({ is: 'closed', how: 'TERMINATED' }),
      5,
      pages([first], [known, second], [known], [third]),
    ).sweep();
    const statuses = await Promise.all([first, second, third].map(async (id) => (await rowOf(db.sql, id)).status));
    expect(statuses).toEqual(['failed', 'failed', 'processing']);
  });
});

describe('a reconciler', () => {
  test('asks about each silent order once in a round, and not about others', async () => {
    const silent = [await aSilentOrder(), await aSilentOrder()];
    await aSilentOrder({ due_at: ago(-30) });
    await aSilentOrder({ status: 'confirmed', due_at: null });
    const asked: string[] = [];
    const ours = reconciler(async (id) => {
      asked.push(id);
      return { is: 'running' };
    });
    await ours.reconcile();
    await ours.reconcile();
    expect(asked.toSorted()).toEqual(silent.toSorted());
  });

  test('goes on after a round in which Temporal was away', async () => {
    const order = await aSilentOrder();
    let isAway = true;
    const running = reconciler(async () => {
      if (isAway) throw new Error('14 UNAVAILABLE');
      return { is: 'missing' };
    });
    running.start();
    await until(async () => (await rowOf(db.sql, order)).due_at > new Date());
    expect((await rowOf(db.sql, order)).status).toBe('processing');
    isAway = false;
    await set(db.sql, order, { due_at: ago(1) });
    await until(async () => (await rowOf(db.sql, order)).status === 'accepted');
    await running.stop();
  });

  test('that is stopped asks no more, however long its rounds have been taking', async () => {
    for (let n = 0; n < 10; n++) await aSilentOrder();
    let asked = 0;
    const { promise: answer, resolve } = Promise.withResolvers<Fate>();
    const running = reconciler(() => {
      asked += 1;
      return answer;
    });
    running.start();
    await until(() => asked === 1);
    const stopped = running.stop();
    resolve({ is: 'running' });
    await stopped;
    expect(asked).toBe(1);
  });
});
