import type { Evidence } from '../../chaos/judge/evidence.ts';
import { passagesOf } from '../../chaos/judge/passage.ts';
import { confirmedShare, shortcomings, slowOrders, watchedShare } from '../../chaos/judge/progress.ts';
import type { Recovery } from '../../chaos/judge/recovery.ts';
import { evidence, findings, ID, order, posted } from './evidence-builder.ts';

/** Where every order was watched, and ten a second posted. */
function shortOf(found: Evidence, recovered: Recovery[] = [], usual = 10): string[] {
  const seenSettled = new Map(
    found.orders.map(({ order_id, status, settled_at }) => [order_id, { status, settledAt: settled_at, at: 0 }]),
  );
  return shortcomings(findings({ evidence: { ...found, seenSettled }, recovered, usual }), 10);
}

test('a run in which orders are confirmed makes progress', () => {
  expect(shortOf(evidence())).toEqual([]);
});

test('one in which nothing is posted does not', () => {
  expect(shortOf(evidence({ posted: [], orders: [] }))).toContain('no order was posted');
});

test('one in which too few orders are confirmed does not', () => {
  const rejected = evidence({ orders: [order({ status: 'rejected' })], refusing: [{ from: 0, to: Date.now() }] });
  expect(confirmedShare(rejected)).toBe(0);
  expect(shortOf(rejected)).toEqual([expect.stringMatching(/^0\.0 % of the orders/)]);
});

test('orders that are meant to fail do not count', () => {
  const declined = evidence({ posted: [posted(), posted({ key: 'order-1', kind: 'declined' })] });
  const orders = [order(), order({ order_id: 'x', metadata: { key: 'order-1' }, status: 'rejected' })];
  expect(confirmedShare({ ...declined, orders })).toBe(1);
});

test('an order that was never answered is a shortcoming', () => {
  const unanswered = evidence({ posted: [posted(), posted({ key: 'order-1', orderId: undefined })] });
  expect(shortOf(unanswered)).toEqual([expect.stringMatching(/^1 orders were never answered/)]);
});

test('a recovery that took too long is a shortcoming', () => {
  const late = { from: 'kill: api-1', what: 'accepts' as const, tookMs: 2500, limitMs: 2000 };
  expect(shortOf(evidence(), [late, { ...late, tookMs: 500 }])).toEqual([
    'accepts: took 2.5 s of 2.0 s after kill: api-1',
  ]);
});

test('a run in which less settles before the first fault than is posted has nothing to recover to', () => {
  expect(shortOf(evidence(), [], 8)).toEqual([]);
  expect(shortOf(evidence(), [], 7.9)).toEqual([
    expect.stringContaining('7.9 orders a second settled before the first'),
  ]);
});

test('where a fault comes at once, fewer may settle at first, but some have to', () => {
  const all = evidence({ seenSettled: new Map([[ID, { status: 'confirmed', settledAt: '', at: 0 }]]) });
  expect(shortcomings(findings({ evidence: all, usual: 0.1 }), null)).toEqual([]);
  expect(shortcomings(findings({ evidence: all, usual: 0 }), null)).toEqual([
    expect.stringContaining('nothing settled at first'),
  ]);
});

test('orders that nobody saw settled before the end could have moved', () => {
  const orders = Array.from({ length: 10 }, (_, n) => order({ order_id: `${n}` }));
  const seen = (count: number) =>
    evidence({
      orders,
      seenSettled: new Map(
        orders.slice(0, count).map(({ order_id }) => [order_id, { status: '', settledAt: '', at: 0 }]),
      ),
    });
  expect(watchedShare(seen(9))).toBe(0.9);
  expect(shortcomings(findings({ evidence: seen(9), usual: 10 }), 10)).toEqual([]);
  expect(shortcomings(findings({ evidence: seen(8), usual: 10 }), 10)).toEqual([
    expect.stringMatching(/^80.0 % of the orders were seen settled/),
  ]);
});

const accepted = Date.parse(order().accepted_at);
/** Settled so long after its 201. */
const taking = (ms: number, orderId = ID) => ({
  posted: [posted({ orderId, acceptedAt: accepted })],
  orders: [order({ order_id: orderId, settled_at: new Date(accepted + ms).toISOString() })],
});

test('an order that takes more than three minutes fails a run in which as many settle as before', () => {
  expect(shortOf(evidence(taking(180_000)))).toEqual([]);
  expect(shortOf(evidence(taking(180_001)))).toEqual([
    `orders took too long: 1 more than 180.0 s from 201 to settled; ${ID} 180.0 s`,
  ]);
});

test('of several that take too long the slowest comes first', () => {
  const [one, other] = [taking(200_000, 'one'), taking(1_320_000, 'other')];
  const both = { posted: [...one.posted, ...other.posted], orders: [...one.orders, ...other.orders] };
  expect(slowOrders(passagesOf(evidence(both))).map(({ orderId }) => orderId)).toEqual(['other', 'one']);
});

test('what an order was held does not count; what it waited before and after does', () => {
  const held = (fromMs: number, toMs: number) => new Map([[ID, [{ from: accepted + fromMs, to: accepted + toMs }]]]);
  expect(slowOrders(passagesOf(evidence({ ...taking(400_000), held: held(20_000, 300_000) })))).toEqual([]);
  expect(slowOrders(passagesOf(evidence({ ...taking(400_000), held: held(100_000, 200_000) })))).toMatchObject([
    { tookMs: 300_000 },
  ]);
});
