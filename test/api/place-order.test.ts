import { claimOrders } from '../../src/store/claim-orders.ts';
import { anItemsBody, anOrderBody, TRACEPARENT } from '../support/orders.ts';
import { type Api, rowsIn, startApi } from './running-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(() => api.db.empty());
afterAll(() => api.close());

describe('placing an order', () => {
  test('as existing clients send it is answered with 201, its id and where to find it', async () => {
    const { status, headers, body } = await api.place({ product_id: 'sku-1', quantity: 2, amount: 4200 });
    expect([status, body.status]).toEqual([201, 'accepted']);
    expect(headers.get('location')).toBe(`/api/orders/${body.order_id}`);
    expect(await api.get(headers.get('location') ?? '')).toMatchObject({
      status: 200,
      body: {
        order_id: body.order_id,
        items: [{ product_id: 'sku-1', quantity: 2 }],
        amount: 4200,
        currency: 'EUR',
        settled_at: null,
        failure: null,
      },
    });
  });

  test('of several items is answered alike, and has their sum as its amount', async () => {
    const { body } = await api.place(anItemsBody({ metadata: { note: 'gift' } }));
    expect((await api.get(`/api/orders/${body.order_id}`)).body).toMatchObject({
      ...anItemsBody(),
      amount: 4200,
      metadata: { note: 'gift' },
    });
  });

  test('is answered when it is in the database, ready to be claimed', async () => {
    const { body } = await api.place(anOrderBody(), { traceparent: TRACEPARENT });
    expect(await claimOrders(api.db.sql, 1, 60)).toMatchObject([
      { order_id: body.order_id, traceparent: TRACEPARENT, request: expect.objectContaining({ amount: 4200 }) },
    ]);
  });

  test('twice without a key is two orders', async () => {
    const [one, other] = await Promise.all([api.place(), api.place()]);
    expect(one.body.order_id).not.toBe(other.body.order_id);
  });

  test('does not show who bought it', async () => {
    const customer = { id: 'customer-of-ours', email: 'jane@example.com' };
    const { body } = await api.place(anOrderBody({ customer }));
    expect(JSON.stringify((await api.get(`/api/orders/${body.order_id}`)).body)).not.toMatch(/of-ours|jane/);
  });

  test('a thousand at once gives each its own', async () => {
    const answers = await Promise.all(Array.from({ length: 1000 }, () => api.place()));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.order_id)).size).toBe(1000);
    expect(await rowsIn(api.db)).toBe(1000);
  });
});

describe('an order that does not fit', () => {
  test('is answered with everything that is wrong with it, by pointer and code', async () => {
    const { status, body } = await api.place({ quantity: 0, amount: '1', 'a/b~c': 1 });
    expect([status, body.code]).toEqual([400, 'invalid_order']);
    expect(body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)).toEqual([
      '/product_id required',
      '/quantity too_small',
      '/amount wrong_type',
      '/a~1b~0c unknown_field',
    ]);
  });

  test('points into its items', async () => {
    const { body } = await api.place({ items: [{ product_id: 'a', quantity: 1, unit_amount: -1 }] });
    expect(body.errors).toEqual([{ pointer: '/items/0/unit_amount', code: 'too_small', detail: expect.any(String) }]);
  });

  test.each(['null', '5', '"text"', '[]'])('is named as a whole where it is %s', async (text) => {
    const { status, body } = await api.ask('POST', '/api/orders', { 'content-type': 'application/json' }, text);
    expect([status, body.errors[0].pointer]).toEqual([400, text === '[]' ? expect.any(String) : '']);
  });

  test('is not stored', async () => {
    await api.place({});
    expect(await rowsIn(api.db)).toBe(0);
  });
});
