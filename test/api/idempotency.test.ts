import { anItemsBody, anOrderBody } from '../support/orders.ts';
import { type Api, rowsIn, startApi } from './running-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(() => api.db.empty());
afterAll(() => api.close());

const place = (key: string, body: unknown = anOrderBody(), client?: string) =>
  api.place(body, { 'Idempotency-Key': key, ...(client && { 'X-Client-Id': client }) });

describe('an idempotency key', () => {
  test('that is repeated is answered with the first order’s id', async () => {
    const first = await place('k');
    const again = await place('k');
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
  });

  test('that comes a hundred times at once is one order with a hundred equal answers', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => place('k')));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.order_id} ${body.status}`)).size).toBe(1);
    expect(await rowsIn(api.db)).toBe(1);
  });

  test('is the same with a body written in another way', async () => {
    const first = await place('k', { product_id: 'sku-1', quantity: 2, amount: 4200 });
    const again = await place('k', { amount: 4200, currency: 'EUR', quantity: 2, product_id: 'sku-1' });
    expect(again.body).toEqual(first.body);
  });

  test.each([
    ['another amount', anOrderBody({ amount: 4201 })],
    ['another form, even with the same sum', anItemsBody()],
  ])('that comes with %s is refused, and stores nothing', async (_, body) => {
    await place('k');
    expect(await place('k', body)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(await rowsIn(api.db)).toBe(1);
  });

  test('of another client is another key', async () => {
    const orders = await Promise.all([
      place('k'),
      place('k', anOrderBody(), 'shop-a'),
      place('k', anOrderBody(), 'shop-b'),
    ]);
    expect(new Set(orders.map(({ body }) => body.order_id)).size).toBe(3);
    expect((await place('k', anOrderBody(), 'shop-a')).body).toEqual(orders[1]?.body);
  });

  test('may be a quoted string, and is the same without quotes', async () => {
    expect((await place('"abc"')).body).toEqual((await place('abc')).body);
  });

  test('may be 255 characters long', async () => {
    expect((await place('k'.repeat(255))).status).toBe(201);
  });

  test.each([
    ['longer', 'k'.repeat(256)],
    ['empty', ''],
    ['empty in quotes', '""'],
    ['of two words', 'a b'],
    ['not ASCII', 'caf\u00e9'],
  ])('that is %s is refused', async (_, key) => {
    expect(await place(key)).toMatchObject({ status: 400, body: { code: 'invalid_idempotency_key' } });
  });

  test('of an order that does not fit is still free', async () => {
    await place('k', {});
    expect((await place('k')).status).toBe(201);
  });

  test('outlives the order’s end', async () => {
    const { body } = await place('k');
    await api.db.sql`UPDATE orders SET status = 'confirmed', settled_at = now()`;
    expect((await place('k')).body.order_id).toBe(body.order_id);
  });
});
