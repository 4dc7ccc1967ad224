import type { Posted } from '../load/posted.ts';
import { seconds } from '../seconds.ts';
import type { Evidence } from './evidence.ts';
import { type Passage, wayMs } from './passage.ts';
import { isTooLong, type Recovery } from './recovery.ts';

/** Of the orders that nothing but a fault stands in the way of. */
export const CONFIRMED_SHARE = 0.75;

/** From its 201 to its end, without what it was held: no fault, and no sum of faults, keeps an order that long. */
const ORDER_LIMIT_MS = 180_000;

/** Of the orders, seen settled before the end: of the others it can't be said that they did not move. */
const WATCHED_SHARE = 0.9;
/** Of what is posted, settled before the first fault. */
const USUAL_SHARE = 0.8;

const CONFIRMABLE: Posted['kind'][] = ['normal', 'several items', 'repeated', 'conflicting'];

export interface Course {
  evidence: Evidence;
  passages: Passage[];
  recovered: Recovery[];
  /** Settled orders per second before the first fault. */
  usual: number;
}

/**
 * A run in which nothing gets through would break no invariant: this is what it fails.
 * @param expected so many orders per second should settle at first; null where a fault comes so early that fewer may
 */
export function shortcomings({ evidence, passages, recovered, usual }: Course, expected: number | null): string[] {
  const unanswered = evidence.posted.filter(({ orderId }) => orderId === undefined);
  const share = confirmedShare(evidence);
  const watched = watchedShare(evidence);
  const short = [
    evidence.posted.length === 0 && 'no order was posted',
    usual === 0 && 'nothing settled at first, so that there is nothing to recover to',
    expected !== null &&
      usual < expected * USUAL_SHARE &&
      `${usual.toFixed(1)} orders a second settled before the first fault, of ${expected}: the machine or the build takes fewer`,
    unanswered.length > 0 &&
      `${unanswered.length} orders were never answered 201, however often they were posted: ${unanswered[0]?.key}, …`,
    share < CONFIRMED_SHARE &&
      `${percent(share)} of the orders that could be were confirmed; ${percent(CONFIRMED_SHARE)} are required`,
    watched < WATCHED_SHARE &&
      `${percent(watched)} of the orders were seen settled before the end; ${percent(WATCHED_SHARE)} are required`,
  ].filter((each) => each !== false);
  const late = recovered
    .filter(isTooLong)
    .map(({ from, what, tookMs, limitMs }) => `${what}: took ${seconds(tookMs)} of ${seconds(limitMs)} after ${from}`);
  return [...short, ...late, ...tooSlow(passages)];
}

/** Orders that took too long, the slowest first. That as many settle as before says nothing of those that wait behind. */
export function slowOrders(passages: Passage[]): (Pick<Passage, 'orderId'> & { tookMs: number })[] {
  return passages
    .map((passage) => ({ orderId: passage.orderId, tookMs: wayMs(passage) }))
    .filter((order) => order.tookMs > ORDER_LIMIT_MS)
    .toSorted((one, other) => other.tookMs - one.tookMs);
}

function tooSlow(passages: Passage[]): string[] {
  const slow = slowOrders(passages);
  const [slowest] = slow;
  if (!slowest) return [];
  const limit = seconds(ORDER_LIMIT_MS);
  return [
    `orders took too long: ${slow.length} more than ${limit} from 201 to settled; ${slowest.orderId} ${seconds(slowest.tookMs)}`,
  ];
}

export function confirmedShare({ posted, orders }: Evidence): number {
  const confirmable = new Set(posted.filter(({ kind }) => CONFIRMABLE.includes(kind)).map(({ key }) => key));
  const those = orders.filter(({ metadata }) => confirmable.has(metadata?.key ?? ''));
  return those.filter(({ status }) => status === 'confirmed').length / Math.max(1, those.length);
}

export const watchedShare = ({ orders, seenSettled }: Evidence): number =>
  orders.filter(({ order_id }) => seenSettled.has(order_id)).length / Math.max(1, orders.length);

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
