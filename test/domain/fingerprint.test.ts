import { fingerprintOf } from '../../src/domain/fingerprint.ts';
import { parseOrder } from '../../src/domain/order-schema.ts';
import { anItemsBody, anOrderBody } from '../support/orders.ts';

const fingerprint = (body: unknown): string => {
  const { order } = parseOrder(body);
  if (!order) throw new Error('the body does not fit');
  return fingerprintOf(order);
};
const reversed = (body: object) => Object.fromEntries(Object.entries(body).reverse());

describe('the fingerprint of an order', () => {
  test.each([
    ['the order of keys', reversed(anOrderBody())],
    ['defaults spelled out', anOrderBody({ currency: 'EUR', payment_method: 'pm_card' })],
    ['another way to write a number', JSON.parse('{"product_id":"sku-1","quantity":2.0,"amount":42e2}')],
    ['another way to write a text', JSON.parse('{"product_id":"sk\\u0075-1","quantity":2,"amount":4200}')],
  ])('does not depend on %s', (_, body) => expect(fingerprint(body)).toBe(fingerprint(anOrderBody())));

  test('does not depend on an amount that the items give anyway', () => {
    expect(fingerprint(anItemsBody({ amount: 4200 }))).toBe(fingerprint(anItemsBody()));
  });

  test.each([
    ['the product', { product_id: 'sku-2' }],
    ['the quantity', { quantity: 3 }],
    ['the amount', { amount: 4201 }],
    ['the currency', { currency: 'USD' }],
    ['the payment method', { payment_method: 'pm_other' }],
    ['the customer', { customer: { id: 'c' } }],
    ['an empty customer', { customer: {} }],
    ['metadata', { metadata: { a: '1' } }],
  ])('changes with %s', (_, change) => expect(fingerprint(anOrderBody(change))).not.toBe(fingerprint(anOrderBody())));

  test('changes with the order of items, which is the order in which stock is deducted', () => {
    const { items } = anItemsBody() as { items: object[] };
    expect(fingerprint({ items: items.toReversed() })).not.toBe(fingerprint({ items }));
  });

  test('tells {"ab":"c"} from {"a":"bc"}', () => {
    expect(fingerprint(anOrderBody({ metadata: { ab: 'c' } }))).not.toBe(
      fingerprint(anOrderBody({ metadata: { a: 'bc' } })),
    );
  });

  test('fits a header and a log line', () => expect(fingerprint(anOrderBody())).toMatch(/^[\w-]{43}$/));
});
