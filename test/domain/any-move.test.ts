import fc from 'fast-check';
import { isSettled, LEGAL_MOVES, ORDER_STATUSES, type OrderStatus } from '../../src/domain/lifecycle.ts';

const nextOf = (status: OrderStatus) => ORDER_STATUSES.filter((next) => LEGAL_MOVES.includes(`${status}>${next}`));

/** What a report does to a status: a move that is not legal does nothing. */
const moved = (status: OrderStatus, report: OrderStatus): OrderStatus =>
  LEGAL_MOVES.includes(`${status}>${report}`) ? report : status;

const reports = fc.array(fc.constantFrom(...ORDER_STATUSES), { maxLength: 40 });
function historyOf(all: OrderStatus[]): OrderStatus[] {
  let status: OrderStatus = 'accepted';
  return ['accepted', ...all.map((report) => (status = moved(status, report)))];
}

describe('whatever is reported, in whatever order', () => {
  test('an order that has settled stays as it is', () => {
    fc.assert(
      fc.property(reports, (all) => {
        const history = historyOf(all);
        const settled = history.find(isSettled);
        if (settled) expect(history.slice(history.indexOf(settled)).every((status) => status === settled)).toBe(true);
      }),
    );
  });

  test('an order that was held is confirmed only after it was let go on', () => {
    fc.assert(
      fc.property(reports, (all) => {
        const history = historyOf(all);
        for (const [index, status] of history.entries())
          if (status === 'confirmed') expect(history[index - 1]).not.toBe('held');
      }),
    );
  });

  test('an order can still come to every outcome, unless it has one', () => {
    fc.assert(
      fc.property(reports, (all) => {
        const status = historyOf(all).at(-1) as OrderStatus;
        const reached = new Set(nextOf(status));
        for (const each of reached) for (const next of nextOf(each)) reached.add(next);
        const outcomes = ORDER_STATUSES.filter(isSettled);
        expect(outcomes.filter((outcome) => reached.has(outcome))).toEqual(isSettled(status) ? [] : outcomes);
      }),
    );
  });
});
