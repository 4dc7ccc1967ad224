import type { Attempt, Posted } from '../load/posted.ts';
import { moneyAddsUp, noticeIsTrue, paidOnce, stockAddsUp, stockIsInPlace } from './effects.ts';
import { isSettled, runAgrees, staysSettled, toldSettled } from './ends.ts';
import type { Entry, Evidence, ShownOrder } from './evidence.ts';
import { asPosted, keysKept, nothingLost, oneOrderPerKey } from './promises-to-clients.ts';
import type { Violation } from './violation.ts';

/** What must hold whatever fails. */
export function violations(evidence: Evidence): Violation[] {
  const { posted, orders, ledger, stock } = evidence;
  const allAttempts = posted.flatMap(({ attempts }) => attempts);
  const entriesOf = Map.groupBy(ledger, ({ order_id }) => order_id);
  const entriesAbout = Map.groupBy(ledger, ({ product_id = '' }) => product_id);
  const attemptsOf = Map.groupBy(allAttempts, ({ orderId = '' }) => orderId);
  const postedAs = new Map(posted.map((each) => [each.key, each]));
  return [
    ...nothingLost(evidence),
    ...posted.flatMap(keysKept),
    ...oneOrderPerKey(orders),
    ...stock.flatMap((product) => stockAddsUp(product, entriesAbout.get(product.product_id) ?? [])),
    ...orders.flatMap((order) => {
      const entries = entriesOf.get(order.order_id) ?? [];
      const attempts = attemptsOf.get(order.order_id) ?? [];
      return ofOrder(order, { entries, attempts, posted: postedAs.get(order.metadata?.key ?? '') }, evidence);
    }),
  ];
}

/** What is known of one order alone. */
interface Known {
  entries: Entry[];
  /** Those that it was the answer to. */
  attempts: Attempt[];
  posted: Posted | undefined;
}

function ofOrder(order: ShownOrder, { entries, attempts, posted }: Known, evidence: Evidence): Violation[] {
  const { runs, seenSettled, relapsed, refusing } = evidence;
  const id = order.order_id;
  const unsettled = isSettled(order);
  const seen = seenSettled.get(id);
  return [
    ...unsettled,
    ...paidOnce(order, entries),
    // What was done for an order that is under way or held is intact, and rightly so.
    ...(unsettled.length > 0 ? [] : [...moneyAddsUp(order, entries), ...stockIsInPlace(order, entries)]),
    ...noticeIsTrue(order, entries),
    ...runAgrees(order, runs.get(id)),
    ...staysSettled(order, [...(seen ? [seen] : []), ...toldSettled(attempts)], relapsed.get(id)),
    ...asPosted(order, posted, refusing),
  ];
}
