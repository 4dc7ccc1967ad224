import fc from 'fast-check';
import { isSettled, LEGAL_MOVES, ORDER_STATUSES, type OrderStatus } from '../../src/domain/lifecycle.ts';
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
const report = fc.record({ order: fc.nat(ORDERS - 1), status: fc.constantFrom(...ORDER_STATUSES) });
/** Writers that report at the same time, each a group at a time. */
const writers = fc.array(fc.array(fc.array(report, { minLength: 1, maxLength: 5 }), { maxLength: 4 }), {
  minLength: 1,
  maxLength: 3,
});

test('writers that report anything at the same time move no order but along legal moves, and settle each once', async () => {
  await fc.assert(
    fc.asyncProperty(writers, async (all) => {
      const ids = await accept();
      const seen = new Map(ids.map((id) => [id, new Set<OrderStatus>(['accepted'])]));
      let settlings: string[] = [];
      await Promise.all(
        all.map(async (groups) => {
          for (const group of groups) {
            const reports = group.map(({ order, status }) => toReport(ids[order] as string, status));
            const inForce = await recordStatuses(db.sql, reports);
            for (const [index, { orderId }] of reports.entries()) {
              seen.get(orderId)?.add(inForce[index]?.status as OrderStatus);
              if (inForce[index]?.settledNow) settlings = [...settlings, orderId];
            }
          }
        }),
      );
      for (const id of ids) {
        const { status, settled_at } = await rowOf(db.sql, id);
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
