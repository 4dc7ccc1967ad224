import { figures } from '../../chaos/report/figures.ts';
import { attempt, evidence, findings, order, posted } from './evidence-builder.ts';

const at = Date.parse(order().accepted_at);
const times = { dueAt: at - 40, acceptedAt: at };
const recovery = (tookMs: number) => ({
  from: `kill: api-1 for ${tookMs}`,
  what: 'accepts' as const,
  tookMs,
  limitMs: 2000,
});

test('the figures of a run say how much was asked for, what came of it, how long it took, and what broke meanwhile', () => {
  const orders = [order(), order({ order_id: 'other', metadata: { key: 'order-1' }, status: 'rejected' })];
  const found = findings({
    evidence: evidence({
      posted: [posted(times), posted({ ...times, key: 'order-1', orderId: 'other', kind: 'declined' })],
      orders,
      seenSettled: new Map([['other', { status: 'rejected', settledAt: null, at }]]),
    }),
    episodes: [{ happenings: [], overAt: 0, calmUntil: 0 }],
    recovered: [recovery(300), recovery(1500)],
    ...{ usual: 9.96, retried: 3, settledAfterMs: 1234 },
  });
  const told = figures(found);
  for (const line of [
    'orders posted: 2 (1 normal, 1 declined)',
    'requests: 2, of which 0 without an answer, 0 answered 5xx',
    'orders in the end: 2 (1 confirmed, 1 rejected)',
    'confirmed, of those that could be: 100.0 %',
    'seen settled before the end, and compared with it: 50.0 %',
    'let go on by the operator: 3 times, 0 orders',
    'settled per second before the first fault: 10.0',
    'all settled 1.2 s after the last order',
    'longest recovery, accepts: 1.5 s of 2 s (of 2; after kill: api-1 for 1500)',
  ])
    expect(told).toContain(line);
  expect(told).toContain(
    'from 201 to settled: p50 1000 ms, p99 1000 ms, longest 1000 ms; 0 took over 30 s (time held not counted)',
  );
});

test('how many orders took over 30 s is said, without what they were held', () => {
  const late = (ms: number) => order({ order_id: `${ms}`, settled_at: new Date(at + ms).toISOString() });
  const ways = [1000, 31_000, 32_000];
  const found = evidence({
    posted: ways.map((ms) => posted({ ...times, orderId: `${ms}` })),
    orders: ways.map(late),
    held: new Map([['32000', [{ from: at + 1000, to: at + 6000 }]]]),
  });
  const told = figures(findings({ evidence: found }));
  expect(told.find((line) => line.startsWith('from 201'))).toMatch(/longest 31000 ms; 1 took over 30 s/);
});

test('what a caller waited for its outcome is not taken for the time until a 201', () => {
  const body = { product_id: 'sku-1', quantity: 2, amount: 4200, currency: 'EUR', metadata: { key: 'order-0' } };
  const settledAt = order().settled_at as string;
  const waiting = {
    ...{ waitSeconds: 5, dueAt: at - 40, acceptedAt: at + 5000, body },
    attempts: [attempt({ shown: { status: 'confirmed', settledAt } })],
  };
  const told = figures(findings({ evidence: evidence({ posted: [posted(times), posted(waiting)] }) }));
  expect(told).toContain(
    'of these: 1 with one product and a total, 1 with a currency, 0 with a customer, 1 whose caller waits, of whom 1 were told the outcome, 0 that somebody looks at meanwhile',
  );
  expect(told.find((line) => line.startsWith('from due to 201'))).toContain('longest 40 ms');
  expect(told.find((line) => line.startsWith('from 201 to settled'))).toContain('longest 1000 ms');
});

test('how many orders rolling restarts delayed is said where there was one', () => {
  const rolling = (count: number, of: number) => ({
    ...{ from: 'rolling restart', what: 'rolling restart: settles' as const, tookMs: 1, limitMs: 13_000 },
    delayed: { count, of },
  });
  expect(figures(findings({ recovered: [rolling(2, 30), rolling(0, 20)] }))).toContain(
    'under way in rolling restarts: 50 orders, of which 2 took over 3 s',
  );
  expect(figures(findings({ recovered: [recovery(1)] })).join()).not.toContain('under way in');
});
