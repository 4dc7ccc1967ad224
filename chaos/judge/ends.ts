import type { RunEnd, ShownOrder, Sighting } from './evidence.ts';
import { unless, type Violation } from './violation.ts';

const SETTLED = ['confirmed', 'rejected', 'cancelled'];

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

/** @param before as it was first seen settled @param relapse as it was seen held after that */
export function staysSettled(
  { order_id, status, settled_at }: ShownOrder,
  before: Sighting | undefined,
  relapse: Sighting | undefined,
): Violation[] {
  if (!before) return [];
  const was = `it was ${before.status} at ${before.settledAt}`;
  return [
    ...unless(!relapse, 'settled order moved', order_id, `${was}, and then ${relapse?.status}`),
    ...unless(
      before.status === status && before.settledAt === settled_at,
      'settled order moved',
      order_id,
      `${was}, and is ${status} at ${settled_at}`,
    ),
  ];
}
