import type { Evidence } from '../../chaos/judge/evidence.ts';
import { violations } from '../../chaos/judge/invariants.ts';
import { RULES, type Rule } from '../../chaos/judge/violation.ts';
import {
  attempt,
  DEDUCT,
  evidence,
  ID,
  order,
  PAY,
  posted,
  REFUND,
  RESTORE,
  SEND,
  undone,
} from './evidence-builder.ts';

/** Half a second before and after so many milliseconds after the order was accepted. */
const around = (ms: number) => {
  const at = Date.parse(order().accepted_at) + ms;
  return { from: at - 500, to: at + 500 };
};

const told = (status: string, settledAt = order().settled_at as string) => ({ status, settledAt });
const SINGLE = { product_id: 'sku-1', quantity: 2, amount: 4200, metadata: { key: 'order-0' } };

const rulesBrokenBy = (found: Evidence) => [...new Set(violations(found).map(({ rule }) => rule))];

test.each([
  ['confirmed', evidence()],
  ['confirmed, its customer not told', evidence({ ledger: [DEDUCT, PAY] })],
  ['rejected', undone('rejected')],
  [
    'rejected by a service that was told to refuse',
    undone('rejected', { posted: [posted()], refusing: [around(400)] }),
  ],
  ['cancelled', undone('cancelled')],
  [
    'cancelled before it had a run',
    undone('cancelled', { ledger: [], runs: new Map([[ID, { state: 'MISSING', result: null }]]) }),
  ],
  [
    'answered twice with the same id, after no answer',
    evidence({
      posted: [
        posted({ attempts: [attempt({ status: 0, orderId: undefined }), attempt(), attempt({ what: 'repeat' })] }),
      ],
    }),
  ],
  [
    'never answered 201, and not there',
    evidence({
      ...{ posted: [posted({ attempts: [attempt({ status: 503, orderId: undefined })], orderId: undefined })] },
      ...{ orders: [], ledger: [], runs: new Map(), stock: [] },
    }),
  ],
  [
    'seen settled as it is',
    evidence({ seenSettled: new Map([[ID, { status: 'confirmed', settledAt: order().settled_at, at: 1 }]]) }),
  ],
  [
    'told to be as it is to whoever waited for it, and under way to whoever waited less long',
    evidence({ posted: [posted({ waitSeconds: 5, attempts: [attempt(), attempt({ shown: told('confirmed') })] })] }),
  ],
  [
    'sent as one product and a total, in another currency',
    evidence({
      posted: [posted({ body: { ...SINGLE, currency: 'JPY' } })],
      orders: [order({ items: [{ product_id: 'sku-1', quantity: 2 }], currency: 'JPY' })],
    }),
  ],
])('an order that was %s breaks nothing', (_, found) => {
  expect(violations(found)).toEqual([]);
});

/** What was done for an order that then is not there, and the like. */
const other = ID.replace(/1$/, '2');
const BROKEN: [Rule, string, Evidence][] = [
  ['accepted order is lost', 'it is not there', evidence({ orders: [], ledger: [], stock: [] })],
  [
    'accepted order is lost',
    'nobody was told of it, and services have served it',
    evidence({ ledger: [DEDUCT, PAY, SEND, { ...SEND, order_id: other }] }),
  ],
  [
    'accepted order is lost',
    'somebody looked at it, and was told that there is none',
    evidence({ posted: [posted({ attempts: [attempt(), attempt({ what: 'look', status: 404 })] })] }),
  ],
  [
    'order is not settled',
    'it is still processing',
    undone('cancelled', { orders: [order({ status: 'processing' })] }),
  ],
  ['order is not settled', 'it is still held', undone('cancelled', { orders: [order({ status: 'held' })] })],
  [
    'paid more than once',
    'paid twice, one of them given back',
    evidence({ ledger: [DEDUCT, PAY, { ...PAY, idempotency_key: `${ID}:pay:2` }, REFUND, SEND] }),
  ],
  ['money does not add up', 'confirmed, and nothing was paid', evidence({ ledger: [DEDUCT, SEND] })],
  [
    'money does not add up',
    'confirmed, and another amount',
    evidence({ ledger: [DEDUCT, { ...PAY, amount: 1 }, SEND] }),
  ],
  ['money does not add up', 'rejected, and not refunded', undone('rejected', { ledger: [DEDUCT, PAY, RESTORE] })],
  [
    'stock does not add up',
    'a piece has vanished',
    evidence({ stock: [{ product_id: 'sku-1', initial: 100, on_hand: 97, deducted: 2 }] }),
  ],
  [
    'stock does not add up',
    'more was sold than there is',
    evidence({ stock: [{ product_id: 'sku-1', initial: 1, on_hand: -1, deducted: 2 }] }),
  ],
  [
    'stock does not add up',
    'the ledger says otherwise',
    evidence({ stock: [{ product_id: 'sku-1', initial: 100, on_hand: 96, deducted: 4 }] }),
  ],
  ['stock is not where it belongs', 'cancelled, and kept', undone('cancelled', { ledger: [DEDUCT, PAY, REFUND] })],
  ['stock is not where it belongs', 'confirmed, and never deducted', evidence({ ledger: [PAY, SEND] })],
  [
    'stock is not where it belongs',
    'confirmed, and something else was deducted as well',
    evidence({ ledger: [DEDUCT, { ...DEDUCT, product_id: 'sku-2' }, PAY, SEND] }),
  ],
  [
    'one key, two orders',
    'two answers',
    evidence({ posted: [posted({ attempts: [attempt(), attempt({ what: 'repeat', orderId: other })] })] }),
  ],
  [
    'one key, two orders',
    'two orders, of which the client knows one',
    evidence({ orders: [order(), order({ order_id: other })] }),
  ],
  [
    'one key, two orders',
    'the same order is taken for another one',
    evidence({ posted: [posted({ attempts: [attempt(), attempt({ what: 'repeat', status: 422 })] })] }),
  ],
  [
    'a used key was taken for another order',
    '201 where 422 belongs',
    evidence({ posted: [posted({ attempts: [attempt(), attempt({ what: 'conflict' })] })] }),
  ],
  ['order differs from what was posted', 'another amount', evidence({ orders: [order({ amount: 1 })] })],
  ['order differs from what was posted', 'another currency', evidence({ orders: [order({ currency: 'USD' })] })],
  [
    'order differs from what was posted',
    'the currency that was asked for is forgotten',
    evidence({ posted: [posted({ body: { ...posted().body, currency: 'USD' } })] }),
  ],
  [
    'order differs from what was posted',
    'another price per piece, and the same amount',
    evidence({ orders: [order({ items: [{ product_id: 'sku-1', quantity: 2, unit_amount: 2101 }] })] }),
  ],
  [
    'order differs from what was posted',
    'a price per piece, where a total was posted',
    evidence({ posted: [posted({ body: SINGLE })] }),
  ],
  [
    'order differs from what was posted',
    'another quantity, where a total was posted',
    evidence({
      posted: [posted({ body: SINGLE })],
      orders: [order({ items: [{ product_id: 'sku-1', quantity: 3 }] })],
    }),
  ],
  ['order differs from what was posted', 'nobody has posted it', evidence({ orders: [order({ metadata: {} })] })],
  [
    'run and status disagree',
    'another end',
    evidence({ runs: new Map([[ID, { state: 'COMPLETED', result: 'rejected' }]]) }),
  ],
  ['run and status disagree', 'no run', evidence({ runs: new Map() })],
  ['run and status disagree', 'still running', evidence({ runs: new Map([[ID, { state: 'RUNNING', result: null }]]) })],
  [
    'settled order moved',
    'to another status',
    evidence({ seenSettled: new Map([[ID, { status: 'rejected', settledAt: order().settled_at, at: 1 }]]) }),
  ],
  [
    'settled order moved',
    'away and back',
    evidence({ seenSettled: new Map([[ID, { status: 'confirmed', settledAt: '2026-01-01T00:00:00.900Z', at: 1 }]]) }),
  ],
  [
    'settled order moved',
    'seen held in between',
    evidence({
      seenSettled: new Map([[ID, { status: 'confirmed', settledAt: order().settled_at, at: 1 }]]),
      relapsed: new Map([[ID, { status: 'held', settledAt: null, at: 2 }]]),
    }),
  ],
  [
    'settled order moved',
    'whoever waited for it was told another end',
    evidence({ posted: [posted({ attempts: [attempt({ shown: told('rejected') })] })] }),
  ],
  [
    'settled order moved',
    'it settled earlier by what somebody was told who asked again',
    evidence({
      posted: [
        posted({
          attempts: [attempt(), attempt({ what: 'repeat', shown: told('confirmed', '2026-01-01T00:00:00.900Z') })],
        }),
      ],
    }),
  ],
  [
    'cancellation was ignored',
    'confirmed after a 202',
    evidence({
      posted: [posted({ kind: 'cancelled', attempts: [attempt(), attempt({ what: 'cancel', status: 202 })] })],
    }),
  ],
  ['ended without a cause', 'rejected, and nothing refuses it', undone('rejected', { posted: [posted()] })],
  [
    'ended without a cause',
    'rejected, and services were told to refuse before it and after it only',
    undone('rejected', { posted: [posted()], refusing: [around(-600), around(1600)] }),
  ],
  ['ended without a cause', 'cancelled, and nobody asked for it', undone('cancelled', { posted: [posted()] })],
  [
    'ended without a cause',
    'confirmed, and its card is declined',
    evidence({ posted: [posted({ kind: 'declined' })] }),
  ],
  [
    'customer was told what is not so',
    'told of an order that was cancelled',
    undone('cancelled', { ledger: [DEDUCT, PAY, REFUND, RESTORE, SEND] }),
  ],
  ['customer was told what is not so', 'told twice', evidence({ ledger: [DEDUCT, PAY, SEND, SEND] })],
];

test.each(BROKEN)('%s: %s', (rule, _, found) => {
  expect(rulesBrokenBy(found)).toContain(rule);
});

test('every rule is seen to fail', () => {
  expect(new Set(BROKEN.map(([rule]) => rule))).toEqual(new Set(RULES));
});
