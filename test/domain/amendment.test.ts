import { amend } from '../../src/domain/amendment.ts';
import { mergePatch } from '../../src/domain/merge-patch.ts';
import { parseAmendment } from '../../src/domain/order-schema.ts';
import { anOrderRequest } from '../support/orders.ts';

const priced = anOrderRequest({
  items: [
    { product_id: 'sku-1', quantity: 2, unit_amount: 1000 },
    { product_id: 'sku-2', quantity: 4, unit_amount: 500 },
  ],
  amount: 4000,
});
const lines = (first: number, second: number) => [
  { product_id: 'sku-1', quantity: first },
  { product_id: 'sku-2', quantity: second },
];

describe('a merge patch', () => {
  // RFC 7396, appendix A
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  test('of a member called __proto__ is a member like others', () => {
    const merged = mergePatch({}, JSON.parse('{"__proto__":{"polluted":true}}')) as Record<string, unknown>;
    expect(Object.keys(merged)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('amending', () => {
  test('the payment method gives the payment a new key, and leaves the rest', () => {
    expect(amend(anOrderRequest(), null, { payment_method: 'pm_other' })).toEqual({
      request: anOrderRequest({ payment_method: 'pm_other' }),
      earlier: { lines: [[]], payment: [4200] },
      changes: ['/payment_method'],
    });
  });

  test('twice keeps what was asked for under every earlier key', () => {
    const once = amend(anOrderRequest(), null, { payment_method: 'pm_2' });
    if (once.issues) throw new Error('refused');
    expect(amend(once.request, once.earlier, { quantity: 1 })).toMatchObject({
      request: { amount: 2100, payment_method: 'pm_2' },
      earlier: { lines: [[2]], payment: [4200, 4200] },
      changes: ['/items/0/quantity', '/amount'],
    });
  });

  test('the address of the customer touches no key; null removes it', () => {
    const order = anOrderRequest({ customer: { id: 'c1', email: 'a@example.org', locale: 'en' } });
    expect(amend(order, null, { customer: { email: null, locale: 'de' } })).toEqual({
      request: { ...order, customer: { id: 'c1', locale: 'de' } },
      earlier: { lines: [[]], payment: [] },
      changes: ['/customer/email', '/customer/locale'],
    });
  });

  test('quantities of lines with prices makes the sum anew, and gives those lines alone a new key', () => {
    expect(amend(priced, null, { items: lines(2, 1) })).toMatchObject({
      request: {
        amount: 2500,
        items: [
          { quantity: 2, unit_amount: 1000 },
          { quantity: 1, unit_amount: 500 },
        ],
      },
      earlier: { lines: [[], [4]], payment: [4000] },
    });
  });

  test('a quantity without a price takes the amount in proportion, or asks for it where that is not exact', () => {
    const order = anOrderRequest({ items: [{ product_id: 'sku-1', quantity: 3 }], amount: 1000 });
    expect(amend(order, null, { quantity: 1 })).toEqual({ issues: [{ path: ['amount'], code: 'required' }] });
    expect(amend(order, null, { quantity: 1, amount: 334 })).toMatchObject({ request: { amount: 334 } });
  });

  test.each([
    ['a higher quantity', { quantity: 3 }, 'quantity', 'too_big'],
    ['another amount alone', { amount: 4000 }, 'amount', 'not_amendable'],
    ['a higher amount', { quantity: 1, amount: 4300 }, 'amount', 'too_big'],
    ['another product', { items: [{ product_id: 'sku-9', quantity: 1 }] }, 'items/0/product_id', 'not_amendable'],
    [
      'another price',
      { items: [{ product_id: 'sku-1', quantity: 1, unit_amount: 1 }] },
      'items/0/unit_amount',
      'not_amendable',
    ],
    ['another number of lines', { items: lines(1, 1) }, 'items', 'not_amendable'],
    ['nothing', {}, '', 'nothing_changes'],
    ['what is so already', { payment_method: 'pm_card' }, '', 'nothing_changes'],
  ])('%s is not possible', (_, patch, path, code) => {
    const { issues } = amend(anOrderRequest(), null, patch);
    expect(issues?.map((issue) => [issue.path.join('/'), issue.code])).toEqual([[path, code]]);
  });

  test('one quantity of an order with several lines is not possible', () => {
    expect(amend(priced, null, { quantity: 1 })).toMatchObject({ issues: [{ code: 'not_amendable' }] });
  });
});

describe('the body of an amendment', () => {
  test('is the patch, and why', () => {
    expect(parseAmendment({ quantity: 1, reason: 'the rest is sold out' })).toEqual({
      patch: { quantity: 1 },
      reason: 'the rest is sold out',
    });
  });

  test.each([
    [{ currency: 'USD' }, 'currency', 'not_amendable'],
    [{ metadata: {} }, 'metadata', 'not_amendable'],
    [{ customer: { id: 'c2' } }, 'customer/id', 'not_amendable'],
    [{ colour: 'red' }, 'colour', 'unknown_field'],
    [{ payment_method: null }, 'payment_method', 'wrong_type'],
    [{ quantity: 0 }, 'quantity', 'too_small'],
    [[], '', 'wrong_type'],
    [{}, '', 'nothing_changes'],
    [{ reason: 'the bank is back' }, '', 'nothing_changes'],
    [{ customer: {} }, '', 'nothing_changes'],
  ])('%j is refused with what is wrong', (body, path, code) => {
    const { issues } = parseAmendment(body) as { issues: { path: PropertyKey[]; code: string }[] };
    expect(issues.map((issue) => [issue.path.join('/'), issue.code])).toEqual([[path, code]]);
  });
});
