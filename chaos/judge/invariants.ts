import { moneyAddsUp, noticeIsTrue, paidOnce, stockAddsUp, stockIsInPlace } from './effects.ts';
import { isSettled, runAgrees, staysSettled } from './ends.ts';
import type { Evidence } from './evidence.ts';
import { asPosted, keysKept, nothingLost, oneOrderPerKey } from './promises-to-clients.ts';
import type { Violation } from './violation.ts';

/** What must hold whatever fails. */
export function violations(evidence: Evidence): Violation[] {
  const { posted, orders, runs, ledger, stock, seenSettled, relapsed, refusing } = evidence;
  const entriesOf = Map.groupBy(ledger, ({ order_id }) => order_id);
  const entriesAbout = Map.groupBy(ledger, ({ product_id = '' }) => product_id);
  const postedAs = new Map(posted.map((each) => [each.key, each]));
  return [
    ...nothingLost(evidence),
    ...posted.flatMap(keysKept),
    ...oneOrderPerKey(orders),
    ...stock.flatMap((product) => stockAddsUp(product, entriesAbout.get(product.product_id) ?? [])),
    ...orders.flatMap((order) => {
      const id = order.order_id;
      const entries = entriesOf.get(id) ?? [];
      const unsettled = isSettled(order);
      return [
        ...unsettled,
        ...paidOnce(order, entries),
        // What was done for an order that is under way or held is intact, and rightly so.
        ...(unsettled.length > 0 ? [] : [...moneyAddsUp(order, entries), ...stockIsInPlace(order, entries)]),
        ...noticeIsTrue(order, entries),
        ...runAgrees(order, runs.get(id)),
        ...staysSettled(order, seenSettled.get(id), relapsed.get(id)),
        ...asPosted(order, postedAs.get(order.metadata?.key ?? ''), refusing),
      ];
    }),
  ];
}
