import fc from 'fast-check';
import { isSettled, LEGAL_MOVES, ORDER_STATUSES, type OrderStatus } from '../../src/domain/lifecycle.ts';
import { askToCancel } from '../../src/store/cancel-order.ts';
import { insertOrders } from '../../src/store/insert-orders.ts';
import { recordStatuses, type StatusReport } from '../../src/store/record-status.ts';
import { newOrders } from '../support/orders.ts';
import { type OrdersDatabase, openOrdersDatabase, rowOf } from './orders-database.ts';

let db: OrdersDatabase;
beforeAll(async () => {
  db = await openOrdersDatabase();
});
afterAll(() => db.close());

const ORDERS = 3;
const order = fc.nat(ORDERS - 1);
const report = fc.record({ order, status: fc.constantFrom(...ORDER_STATUSES) });
/** Orders whose cancellation is asked for meanwhile, one after the other. */
const cancellations = fc.array(order, { maxLength: 3 });
/** Writers that report at the same time, each a group at a time. */
const writers = fc.array(fc.array(fc.array(report, { minLength: 1, maxLength: 5 }), { maxLength: 4 }), {
  minLength: 1,
  maxLength: 3,
});

test('writers that report anything at the same time move no order but along legal moves, and settle each once; one that is barred is not confirmed', async () => {
  await fc.assert(
    fc.asyncProperty(writers, cancellations, async (all, cancelled) => {
      const ids = await accept();
      const seen = new Map(ids.map((id) => [id, new Set<OrderStatus>(['accepted'])]));
      let settlings: string[] = [];
      const barred = new Set<string>();
      const asked = new Set(cancelled.map((each) => ids[each] as string));
      const bar = async () => {
        for (const id of asked) if (await askToCancel(db.sql, id)) barred.add(id);
      };
      await Promise.all([
        bar(),
        ...all.map(async (groups) => {
          for (const group of groups) {
            const reports = group.map(({ order, status }) => toReport(ids[order] as string, status));
            const inForce = await recordStatuses(db.sql, reports);
            for (const [index, { orderId, status }] of reports.entries()) {
              const told = inForce[index]?.status as OrderStatus;
              // That it is to be undone, before it is stored.
              const isTurnedAway = asked.has(orderId) && status === 'confirmed' && told === 'cancelled';
              if (!isTurnedAway) seen.get(orderId)?.add(told);
              if (inForce[index]?.settledNow) settlings = [...settlings, orderId];
            }
          }
        }),
      ]);
      for (const id of ids) {
        const { status, settled_at } = await rowOf(db.sql, id);
        if (barred.has(id)) expect(status).not.toBe('confirmed');
        const outcomes = [...(seen.get(id) ?? [])].filter(isSettled);
        expect(outcomes).toEqual(isSettled(status) ? [status] : []);
        expect(settled_at !== null).toBe(isSettled(status));
        expect(settlings.filter((settled) => settled === id)).toHaveLength(isSettled(status) ? 1 : 0);
        expect(isReachable(status, seen.get(id) ?? new Set())).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});

async function accept(): Promise<string[]> {
  const orders = newOrders(ORDERS);
  await insertOrders(db.sql, orders);
  return orders.map(({ orderId }) => orderId);
}

const toReport = (orderId: string, status: OrderStatus): StatusReport => ({
  orderId,
  status,
  steps: null,
  failure: null,
});

/** From accepted, by legal moves through statuses that some writer was told of. */
function isReachable(status: OrderStatus, through: Set<OrderStatus>): boolean {
  const reached = new Set<OrderStatus>(['accepted']);
  for (const from of reached) for (const to of through) if (LEGAL_MOVES.includes(`${from}>${to}`)) reached.add(to);
  return reached.has(status);
}
