import { v7 as uuidv7 } from 'uuid';
import { LEGAL_MOVES, noStepTaken, ORDER_STATUSES, type OrderStatus } from '../../src/domain/lifecycle.ts';
import { claimOrders, markDispatched } from '../../src/store/claim-orders.ts';
import { insertOrders } from '../../src/store/insert-orders.ts';
import { recordStatuses, type StatusReport } from '../../src/store/record-status.ts';
import { newOrders } from '../support/orders.ts';
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
