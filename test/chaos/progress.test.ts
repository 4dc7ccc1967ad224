import { confirmedShare, shortcomings } from '../../chaos/judge/progress.ts';
import { evidence, order, posted } from './evidence-builder.ts';

test('a run in which orders are confirmed makes progress', () => {
  expect(shortcomings(evidence(), [], 10)).toEqual([]);
});

test('one in which nothing is posted does not', () => {
  expect(shortcomings(evidence({ posted: [], orders: [] }), [], 10)).toContain('no order was posted');
});

test('one in which too few orders are confirmed does not', () => {
  const rejected = evidence({ orders: [order({ status: 'rejected' })], refusing: [{ from: 0, to: Date.now() }] });
  expect(confirmedShare(rejected)).toBe(0);
  expect(shortcomings(rejected, [], 10)).toEqual([expect.stringMatching(/^0\.0 % of the orders/)]);
});

test('orders that are meant to fail do not count', () => {
  const declined = evidence({ posted: [posted(), posted({ key: 'order-1', kind: 'declined' })] });
  const orders = [order(), order({ order_id: 'x', metadata: { key: 'order-1' }, status: 'rejected' })];
  expect(confirmedShare({ ...declined, orders })).toBe(1);
});

test('an order that was never answered is a shortcoming', () => {
  const unanswered = evidence({ posted: [posted(), posted({ key: 'order-1', orderId: undefined })] });
  expect(shortcomings(unanswered, [], 10)).toEqual([expect.stringMatching(/^1 orders were never answered/)]);
});

test('a recovery that took too long is a shortcoming', () => {
  const late = { from: 'kill: api-1', what: 'accepts' as const, tookMs: 2500, limitMs: 2000 };
  expect(shortcomings(evidence(), [late, { ...late, tookMs: 500 }], 10)).toEqual([
    'accepts: took 2.5 s of 2.0 s after kill: api-1',
  ]);
});

test('a run whose first orders did not settle has nothing to recover to', () => {
  expect(shortcomings(evidence(), [], 0)).toEqual([expect.stringContaining('nothing settled before the first fault')]);
});
