import { parseOrder } from '../../src/domain/order-schema.ts';
import { anItemsBody, anOrderBody } from '../support/orders.ts';

const understood = (body: unknown) => {
  const { order, issues } = parseOrder(body);
  expect(issues).toBeUndefined();
  return order;
};
/** What is wrong with a body, as `pointer code`. */
const wrongs = (body: unknown): string[] =>
  (parseOrder(body).issues ?? []).map(({ path, code }) => `/${path.join('/')} ${code}`);
const item = (changes: object = {}) => ({ product_id: 'sku-1', quantity: 1, unit_amount: 100, ...changes });

describe('an order', () => {
  test('of one product is understood as one item and a total, with defaults', () => {
    expect(understood({ product_id: 'sku-1', quantity: 2, amount: 4200 })).toEqual({
      items: [{ product_id: 'sku-1', quantity: 2 }],
      amount: 4200,
      currency: 'EUR',
      payment_method: 'pm_card',
    });
  });

  test('of items is understood with the sum as its amount', () => {
    expect(understood(anItemsBody({ currency: 'CHF' }))).toMatchObject({ amount: 4200, currency: 'CHF' });
    expect(understood(anItemsBody({ amount: 4200 }))).toEqual(understood(anItemsBody()));
  });

  test('keeps what the client says of the customer and its own metadata', () => {
    const said = {
      customer: { id: 'c-1', email: 'a@example.com', locale: 'zh-Hans-CN' },
      metadata: { note: 'gift 🎁' },
      payment_method: 'pm_7',
    };
    expect(understood(anOrderBody(said))).toMatchObject(said);
  });
});

describe('what does not fit is named by field and code', () => {
  test.each<[string, unknown, string[]]>([
    ['nothing at all', {}, ['/product_id required', '/quantity required', '/amount required']],
    ['no object', 'order', ['/ wrong_type']],
    ['null', null, ['/ wrong_type']],
    ['an array', [], ['/ wrong_type']],
    ['a field of neither form', anOrderBody({ colour: 'red' }), ['/colour unknown_field']],
    ['both forms at once', anItemsBody({ product_id: 'a' }), ['/product_id unknown_field']],
    ['text for a number', anOrderBody({ quantity: '2' }), ['/quantity wrong_type']],
    ['null for a number', anOrderBody({ amount: null }), ['/amount wrong_type']],
    ['a fraction', anOrderBody({ amount: 0.5 }), ['/amount wrong_type']],
    ['nothing to buy', anOrderBody({ quantity: 0 }), ['/quantity too_small']],
    ['a negative amount', anOrderBody({ amount: -1 }), ['/amount too_small']],
    ['too many', anOrderBody({ quantity: 1_000_001 }), ['/quantity too_big']],
    ['too much', anOrderBody({ amount: 1_000_000_000_001 }), ['/amount too_big']],
    ['an empty name', anOrderBody({ product_id: '' }), ['/product_id too_small']],
    ['a long name', anOrderBody({ product_id: 'x'.repeat(101) }), ['/product_id too_big']],
    ['an unknown form of currency', anOrderBody({ currency: 'eur' }), ['/currency invalid_format']],
    ['no e-mail address', anOrderBody({ customer: { email: 'a@' } }), ['/customer/email invalid_format']],
    [
      'an e-mail address that is too long before the @',
      anOrderBody({ customer: { email: `${'a'.repeat(65)}@b.example` } }),
      ['/customer/email invalid_format'],
    ],
    [
      'an e-mail address in no domain',
      anOrderBody({ customer: { email: 'a@b-.example' } }),
      ['/customer/email invalid_format'],
    ],
    ['no locale', anOrderBody({ customer: { locale: 'de_AT!' } }), ['/customer/locale invalid_format']],
    ['an unknown field of the customer', anOrderBody({ customer: { name: 'A' } }), ['/customer/name unknown_field']],
    ['metadata that is no text', anOrderBody({ metadata: { a: 1 } }), ['/metadata/a wrong_type']],
    [
      'a long metadata key',
      anOrderBody({ metadata: { ['k'.repeat(41)]: 'v' } }),
      [`/metadata/${'k'.repeat(41)} invalid_format`],
    ],
    ['no items', { items: [] }, ['/items too_small']],
    ['items that are none', { items: 'sku-1' }, ['/items wrong_type']],
    ['an item without a price', { items: [{ product_id: 'a', quantity: 1 }] }, ['/items/0/unit_amount required']],
    ['a product twice', { items: [item(), item()] }, ['/items/1/product_id duplicate']],
    ['an amount that is not the sum', { items: [item()], amount: 99 }, ['/amount amount_mismatch']],
    ['a sum past the limit', { items: [item({ quantity: 1_000_000, unit_amount: 1_000_001 })] }, ['/items too_big']],
  ])('%s', (_, body, expected) => expect(wrongs(body)).toEqual(expected));

  test('more items than an order may have', () => {
    const items = Array.from({ length: 101 }, (_, n) => item({ product_id: `p${n}` }));
    expect(wrongs({ items })).toEqual(['/items too_big']);
    expect(wrongs({ items: items.slice(1) })).toEqual([]);
  });

  test('more metadata than an order may have', () => {
    const metadata = Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, 'v']));
    expect(wrongs(anOrderBody({ metadata }))).toEqual(['/metadata too_big']);
  });

  test('everything at once, not the first thing only', () => {
    expect(wrongs(anOrderBody({ quantity: 0, amount: 'x', extra: 1 }))).toHaveLength(3);
  });
});

describe('what PostgreSQL or a log could not take is refused', () => {
  test.each([
    ['a NUL', 'a\u0000b'],
    ['a line break', 'a\nb'],
    ['half a surrogate pair', 'a\ud83d'],
    ['the other half', '\udf81a'],
  ])('%s', (_, value) => {
    expect(wrongs(anOrderBody({ product_id: value }))).toEqual(['/product_id invalid_format']);
    expect(wrongs(anOrderBody({ metadata: { note: value } }))).toEqual(['/metadata/note invalid_format']);
    expect(wrongs(anOrderBody({ metadata: { [value]: 'v' } }))).toHaveLength(1);
  });

  test.each([
    ['1e400', '/amount wrong_type'],
    ['-1e400', '/amount wrong_type'],
    ['1e308', '/amount too_big'],
    ['9007199254740993', '/amount too_big'],
  ])('the number %s', (number, expected) => {
    const body = JSON.parse(`{"product_id":"a","quantity":1,"amount":${number}}`);
    expect(new Set(wrongs(body))).toEqual(new Set([expected]));
  });
});

describe('__proto__ as a key', () => {
  const withProto = (where: string) =>
    JSON.parse(
      `{"product_id":"a","quantity":1,"amount":1,${where.replace('HERE', '"__proto__":{"items":[],"admin":true}')}}`,
    );

  test('at the top is a field like any other: unknown', () => {
    expect(wrongs(withProto('HERE'))).toEqual(['/__proto__ unknown_field']);
  });

  test('anywhere else gives no object another prototype', () => {
    const { order } = parseOrder(withProto('"metadata":{HERE,"note":"n"}'));
    for (const object of [order ?? {}, order?.metadata ?? {}]) {
      expect(Object.getPrototypeOf(object)).not.toHaveProperty('admin');
      expect(object).not.toHaveProperty('admin');
    }
  });
});
