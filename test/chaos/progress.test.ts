import { confirmedShare, shortcomings, slowOrders } from '../../chaos/judge/progress.ts';
import { evidence, ID, order, posted } from './evidence-builder.ts';

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

const accepted = Date.parse(order().accepted_at);
/** Settled so long after its 201. */
const taking = (ms: number, orderId = ID) => ({
  posted: [posted({ orderId, acceptedAt: accepted })],
  orders: [order({ order_id: orderId, settled_at: new Date(accepted + ms).toISOString() })],
});

test('an order that takes more than three minutes fails a run in which as many settle as before', () => {
  expect(shortcomings(evidence(taking(180_000)), [], 10)).toEqual([]);
  expect(shortcomings(evidence(taking(180_001)), [], 10)).toEqual([
    `orders took too long: 1 more than 180.0 s from 201 to settled; ${ID} 180.0 s`,
  ]);
});

test('of several that take too long the slowest comes first', () => {
  const [one, other] = [taking(200_000, 'one'), taking(1_320_000, 'other')];
  const both = { posted: [...one.posted, ...other.posted], orders: [...one.orders, ...other.orders] };
  expect(slowOrders(evidence(both)).map(({ orderId }) => orderId)).toEqual(['other', 'one']);
});

test('what an order was held does not count; what it waited before and after does', () => {
  const held = (fromMs: number, toMs: number) => new Map([[ID, [{ from: accepted + fromMs, to: accepted + toMs }]]]);
  expect(slowOrders(evidence({ ...taking(400_000), held: held(20_000, 300_000) }))).toEqual([]);
  expect(slowOrders(evidence({ ...taking(400_000), held: held(100_000, 200_000) }))).toMatchObject([
    { tookMs: 300_000 },
  ]);
});
