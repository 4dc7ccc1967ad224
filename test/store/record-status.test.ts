import { v7 as uuidv7 } from 'uuid';
import { LEGAL_MOVES, noStepTaken, ORDER_STATUSES, type OrderStatus } from '../../src/domain/lifecycle.ts';
import { askToCancel } from '../../src/store/cancel-order.ts';
import { claimOrders, markDispatched } from '../../src/store/claim-orders.ts';
import { insertOrders } from '../../src/store/insert-orders.ts';
import { redispatch } from '../../src/store/reconcile-orders.ts';
import { recordStatuses, type StatusReport } from '../../src/store/record-status.ts';
import { newOrders } from '../support/orders.ts';
import { until } from '../support/until.ts';
import { type OrdersDatabase, openOrdersDatabase, rowOf, set } from './orders-database.ts';

let db: OrdersDatabase;
beforeAll(async () => {
  db = await openOrdersDatabase();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

const accept = async (count: number) => {
  const orders = newOrders(count);
  await insertOrders(db.sql, orders);
  return orders.map(({ orderId }) => orderId);
};
const anOrderThatIs = async (status: OrderStatus): Promise<string> => {
  const [order = ''] = await accept(1);
  await set(db.sql, order, { status });
  return order;
};
const report = (orderId: string, status: OrderStatus, changes: Partial<StatusReport> = {}): StatusReport => ({
  orderId,
  status,
  steps: null,
  failure: null,
  ...changes,
});
const record = (...reports: StatusReport[]) => recordStatuses(db.sql, reports);
const failure = { code: 'service_timeout', step: 'pay', detail: 'no answer in time' } as const;

describe('a report', () => {
  const moves = ORDER_STATUSES.flatMap((from) => ORDER_STATUSES.map((to) => [from, to] as const));
  test.each(moves)('of an order that is %s, saying %s, moves it only where that is legal', async (from, to) => {
    const order = await anOrderThatIs(from);
    const isLegal = from === to || LEGAL_MOVES.includes(`${from}>${to}`);
    const [inForce] = await record(report(order, to));
    expect(inForce?.status).toBe(isLegal ? to : from);
    expect((await rowOf(db.sql, order)).status).toBe(isLegal ? to : from);
  });

  test('that is not legal changes nothing at all', async () => {
    const order = await anOrderThatIs('cancelled');
    const before = await rowOf(db.sql, order);
    await record(report(order, 'confirmed', { steps: noStepTaken(), failure }));
    expect(await rowOf(db.sql, order)).toEqual(before);
  });

  test('keeps steps and failure; one that knows no steps leaves them', async () => {
    const order = await anOrderThatIs('processing');
    await record(report(order, 'held', { steps: noStepTaken(), failure }));
    await record(report(order, 'held', { failure }));
    expect(await rowOf(db.sql, order)).toMatchObject({
      steps: noStepTaken(),
      failure_code: 'service_timeout',
      failure_step: 'pay',
      failure_detail: 'no answer in time',
    });
  });

  test('without a failure clears the one that is over', async () => {
    const order = await anOrderThatIs('processing');
    await record(report(order, 'held', { failure }));
    await record(report(order, 'processing'));
    expect(await rowOf(db.sql, order)).toMatchObject({ failure_code: null, failure_step: null, failure_detail: null });
  });

  test('settles an order once: told again, it says so no more, and the time stays', async () => {
    const order = await anOrderThatIs('processing');
    expect(await record(report(order, 'confirmed'))).toEqual([{ status: 'confirmed', settledNow: true }]);
    const { settled_at, due_at } = await rowOf(db.sql, order);
    expect([settled_at, due_at]).toEqual([expect.any(Date), null]);
    expect(await record(report(order, 'confirmed'))).toEqual([{ status: 'confirmed', settledNow: false }]);
    expect((await rowOf(db.sql, order)).settled_at).toEqual(settled_at);
  });

  test('that settles nothing does not say that it did', async () => {
    const order = await anOrderThatIs('processing');
    expect(await record(report(order, 'held'))).toEqual([{ status: 'held', settledNow: false }]);
  });

  test('of an order that is not there is answered with null', async () => {
    expect(await record(report(uuidv7(), 'confirmed'))).toEqual([null]);
  });

  test('a zombie’s cannot move back what a cancellation has settled', async () => {
    const order = await anOrderThatIs('processing');
    await record(report(order, 'cancelled'));
    for (const status of ['processing', 'held', 'confirmed'] as const) {
      expect(await record(report(order, status))).toEqual([{ status: 'cancelled', settledNow: false }]);
    }
  });
});

describe('an order whose cancellation was asked for', () => {
  const confirmed = (order: string) => report(order, 'confirmed', { steps: noStepTaken() });

  test.each(ORDER_STATUSES)('while it was %s is not confirmed, unless it is already', async (status) => {
    const order = await anOrderThatIs(status);
    const isSettled = ['confirmed', 'rejected', 'cancelled'].includes(status);
    expect(await askToCancel(db.sql, order)).toBe(isSettled ? undefined : status);
    const before = await rowOf(db.sql, order);
    expect(before).toMatchObject({ status, cancel_asked: !isSettled });
    const inForce = isSettled ? status : 'cancelled';
    expect(await record(report(order, 'confirmed'))).toEqual([{ status: inForce, settledNow: false }]);
    expect(await rowOf(db.sql, order)).toEqual(before);
  });

  test('goes on to be cancelled, or any other way', async () => {
    for (const end of ['cancelled', 'rejected', 'failed'] as const) {
      const order = await anOrderThatIs('processing');
      await askToCancel(db.sql, order);
      for (const status of ['held', 'processing', end] as const)
        expect(await record(report(order, status))).toMatchObject([{ status }]);
    }
  });

  test('stays barred when its run is started again', async () => {
    const order = await anOrderThatIs('processing');
    await askToCancel(db.sql, order);
    await redispatch(db.sql, order, ['processing']);
    expect(await claimOrders(db.sql, 1, 60)).toMatchObject([{ order_id: order, isCancelled: true }]);
    expect(await record(confirmed(order))).toEqual([{ status: 'cancelled', settledNow: false }]);
  });

  test('once it is confirmed is reported as before', async () => {
    const order = await anOrderThatIs('processing');
    await record(confirmed(order));
    expect(await askToCancel(db.sql, order)).toBeUndefined();
    expect(await record(confirmed(order))).toEqual([{ status: 'confirmed', settledNow: false }]);
    expect((await rowOf(db.sql, order)).cancel_asked).toBe(false);
  });

  test('and of an order that is not there: nobody bars it', async () => {
    expect(await askToCancel(db.sql, uuidv7())).toBeUndefined();
  });

  test('in a group is told apart from the others', async () => {
    const [barred, other] = [await anOrderThatIs('processing'), await anOrderThatIs('processing')];
    await askToCancel(db.sql, barred);
    expect(await record(confirmed(barred), confirmed(other), report(barred, 'cancelled'))).toEqual([
      { status: 'cancelled', settledNow: false },
      { status: 'confirmed', settledNow: true },
      { status: 'cancelled', settledNow: true },
    ]);
  });

  test('and confirmed at once: exactly one of the two has it, and both know which', async () => {
    const ids = await accept(100);
    await markDispatched(db.sql, ids, 60);
    const groups = [0, 1, 2, 3].map((quarter) => ids.filter((_, index) => index % 4 === quarter));
    const confirming = Promise.all(groups.map((group) => record(...group.map(confirmed))));
    const asking = Promise.all(ids.toReversed().map((id) => askToCancel(db.sql, id)));
    const [reported, asked] = [(await confirming).flat(), (await asking).toReversed()];
    for (const [index, id] of ids.entries()) {
      const isBarred = asked[index] !== undefined;
      const answer = reported[groups.flat().indexOf(id)];
      expect(answer?.status).toBe(isBarred ? 'cancelled' : 'confirmed');
      const row = { status: isBarred ? 'processing' : 'confirmed', cancel_asked: isBarred };
      expect(await rowOf(db.sql, id)).toMatchObject(row);
    }
  });

  test.each(['confirmed first', 'asked for first'])('%s: the other one waits for it, and follows', async (first) => {
    const order = await anOrderThatIs('processing');
    const isConfirmedFirst = first === 'confirmed first';
    let second: Promise<unknown> = Promise.resolve();
    await db.sql.begin(async (transaction) => {
      const sql = transaction as unknown as typeof db.sql;
      await (isConfirmedFirst ? recordStatuses(sql, [confirmed(order)]) : askToCancel(sql, order));
      second = isConfirmedFirst ? askToCancel(db.sql, order) : record(confirmed(order));
      await until(isWaitingForALock);
    });
    expect(await second).toEqual(isConfirmedFirst ? undefined : [{ status: 'cancelled', settledNow: false }]);
    expect((await rowOf(db.sql, order)).status).toBe(isConfirmedFirst ? 'confirmed' : 'processing');
  });

  const isWaitingForALock = async () =>
    (
      await db.sql`SELECT 1 FROM pg_locks WHERE NOT granted AND pid IN
      (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`
    ).length > 0;
});

describe('a group of reports', () => {
  test('is answered in its order, whatever each of them does', async () => {
    const [moving = '', late] = [await anOrderThatIs('processing'), await anOrderThatIs('cancelled')];
    expect(await record(report(late, 'held'), report(uuidv7(), 'held'), report(moving, 'rejected'))).toEqual([
      { status: 'cancelled', settledNow: false },
      null,
      { status: 'rejected', settledNow: true },
    ]);
  });

  test('with two reports of one order takes both, in their order, and settles once', async () => {
    const order = await anOrderThatIs('processing');
    expect(
      await record(
        report(order, 'held'),
        report(order, 'processing'),
        report(order, 'confirmed'),
        report(order, 'confirmed'),
      ),
    ).toEqual([
      { status: 'held', settledNow: false },
      { status: 'processing', settledNow: false },
      { status: 'confirmed', settledNow: true },
      { status: 'confirmed', settledNow: false },
    ]);
  });

  test('of two that report the same end at once, one settles the order', async () => {
    const order = await anOrderThatIs('processing');
    const answers = await Promise.all([1, 2, 3, 4].map(() => record(report(order, 'confirmed'))));
    expect(answers.flat().filter((answer) => answer?.settledNow)).toHaveLength(1);
  });

  test('does not lock out others that hold the same orders in another order', async () => {
    for (let round = 0; round < 5; round++) {
      const ids = await accept(100);
      await claimOrders(db.sql, 100, 60);
      const held = (each: string[]) => record(...each.map((id) => report(id, 'held')));
      await Promise.all([
        markDispatched(db.sql, ids, 60),
        held(ids.toReversed()),
        held(ids),
        markDispatched(db.sql, ids.toReversed(), 60),
      ]);
    }
  });
});
