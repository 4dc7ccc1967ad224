import type { Attempt } from '../load/posted.ts';
import type { RunEnd, ShownOrder, Sighting } from './evidence.ts';
import { unless, type Violation } from './violation.ts';

export const SETTLED = ['confirmed', 'rejected', 'cancelled'];

/** Everything is healed, and an operator has let go on what was held: by now nothing should be under way or held. */
export function isSettled({ order_id, status, failure }: ShownOrder): Violation[] {
  const why = failure ? `: ${failure.code}: ${failure.detail}` : '';
  return unless(SETTLED.includes(status), 'order is not settled', order_id, `it is ${status}${why}`);
}

/** Workflow result = status. An order that was cancelled before any relay took it has no run. */
export function runAgrees(
  order: ShownOrder,
  { state, result }: RunEnd = { state: 'MISSING', result: null },
): Violation[] {
  const { order_id, status } = order;
  const hadNone = status === 'cancelled' && state === 'MISSING';
  const agrees = !SETTLED.includes(status) || hadNone || (state === 'COMPLETED' && result === status);
  return unless(agrees, 'run and status disagree', order_id, `it is ${status}; its run: ${state}, ${result}`);
}

type Settled = Pick<Sighting, 'status' | 'settledAt'>;

/** As clients were told that it is, who had waited for that. */
export const toldSettled = (attempts: Attempt[]): Settled[] =>
  attempts.flatMap(({ shown }) => (shown && SETTLED.includes(shown.status) ? shown : []));

/** @param before each time that it was shown as settled @param relapse as it was seen held after that */
export function staysSettled(
  { order_id, status, settled_at }: ShownOrder,
  before: Settled[],
  relapse: Sighting | undefined,
): Violation[] {
  return before.flatMap((each) => {
    const was = `it was ${each.status} at ${each.settledAt}`;
    const isAsBefore = each.status === status && each.settledAt === settled_at;
    return [
      ...unless(!relapse, 'settled order moved', order_id, `${was}, and then ${relapse?.status}`),
      ...unless(isAsBefore, 'settled order moved', order_id, `${was}, and is ${status} at ${settled_at}`),
    ];
  });
}
