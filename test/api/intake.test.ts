import { gzipSync } from 'node:zlib';
import { CATALOGUES, type FieldCode } from '../../src/api/messages/catalogue.ts';
import { findOrder } from '../../src/store/find-orders.ts';
import { insertOrders } from '../../src/store/insert-orders.ts';
import { anItemsBody, anOrderBody } from '../support/orders.ts';
import { until } from '../support/until.ts';
import { type Api, rowsIn, startApi } from './running-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(() => api.db.empty());
afterEach(() => {
  api.state.commit = (orders) => insertOrders(api.db.sql, orders);
});
afterAll(() => api.close());

const LIMIT = 256 * 1024;
const accepts = async (outcome: string) =>
  new RegExp(`orders_accepts_total\\{outcome="${outcome}"\\} (\\d+)`).exec((await api.get('/metrics')).body)?.[1] ??
  '0';

async function sendPacked(bytes: Buffer): Promise<{ status: number; body: Record<string, unknown> }> {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const response = await fetch(`${api.url}/api/orders`, { method: 'POST', headers, body: new Uint8Array(bytes) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('an order', () => {
  test('is not answered before its commit is done', async () => {
    const commit = Promise.withResolvers<void>();
    api.state.commit = async (orders) => {
      await commit.promise;
      return await insertOrders(api.db.sql, orders);
    };
    let isAnswered = false;
    const answer = api.place().finally(() => {
      isAnswered = true;
    });
    await api.get('/health/ready');
    await api.get('/api/orders');
    expect(isAnswered).toBe(false);
    commit.resolve();
    expect(await findOrder(api.db.sql, (await answer).body.order_id)).toMatchObject({ status: 'accepted' });
  });

  test('may come packed with gzip', async () => {
    const { status, body } = await sendPacked(gzipSync(JSON.stringify(anOrderBody())));
    expect([status, body.status, await rowsIn(api.db)]).toEqual([201, 'accepted', 1]);
  });

  test('that is small when packed but not when unpacked is too large', async () => {
    const bomb = gzipSync(JSON.stringify(anOrderBody({ metadata: { note: ' '.repeat(20 * LIMIT) } })));
    expect(bomb.length).toBeLessThan(LIMIT);
    expect(await sendPacked(bomb)).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
  });

  test.each([
    [LIMIT, 201],
    [LIMIT + 1, 413],
  ])('of %i bytes is answered with %i', async (size, expected) => {
    const text = JSON.stringify(anOrderBody()).padEnd(size, ' ');
    const { status } = await api.ask('POST', '/api/orders', { 'content-type': 'application/json' }, text);
    expect(status).toBe(expected);
  });

  test('as a patch, a form or an old media type is not guessed at', async () => {
    for (const type of ['application/merge-patch+json', 'application/x-www-form-urlencoded', 'text/json']) {
      expect(await api.place(anOrderBody(), { 'content-type': type })).toMatchObject({
        status: 415,
        body: { code: 'unsupported_media_type' },
      });
    }
  });

  test('whose commit fails is counted as failed, and may be placed again', async () => {
    const before = Number(await accepts('failed'));
    api.state.commit = () => Promise.reject(new Error('the disk is full'));
    expect((await api.place(anOrderBody(), { 'Idempotency-Key': 'k' })).status).toBe(500);
    api.state.commit = (orders) => insertOrders(api.db.sql, orders);
    expect((await api.place(anOrderBody(), { 'Idempotency-Key': 'k' })).status).toBe(201);
    await until(async () => Number(await accepts('failed')) === before + 1);
  });
});

describe('a field that does not fit is pointed at', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ product_id: `p${n}`, quantity: 1, unit_amount: 1 }));
  const twice = { product_id: 'sku-1', quantity: 1, unit_amount: 1 };
  const CASES: [FieldCode, string, Record<string, unknown>][] = [
    ['required', '/amount', anOrderBody({ amount: undefined })],
    ['required', '/items/0/quantity', { items: [{ product_id: 'sku-1', unit_amount: 1 }] }],
    ['unknown_field', '/customer/phone', anOrderBody({ customer: { phone: '1' } })],
    ['wrong_type', '/quantity', anOrderBody({ quantity: '2' })],
    ['wrong_type', '/items', { items: 'sku-1' }],
    ['too_small', '/product_id', anOrderBody({ product_id: '' })],
    ['too_small', '/items', { items: [] }],
    ['too_big', '/quantity', anOrderBody({ quantity: 1_000_001 })],
    ['too_big', '/items', { items: many(101) }],
    ['too_big', '/metadata/note', anOrderBody({ metadata: { note: 'x'.repeat(501) } })],
    ['invalid_format', '/currency', anOrderBody({ currency: 'eur' })],
    ['invalid_format', '/customer/email', anOrderBody({ customer: { email: 'nobody' } })],
    ['invalid_format', '/product_id', anOrderBody({ product_id: 'sku\u0000' })],
    ['duplicate', '/items/1/product_id', { items: [twice, twice] }],
    ['amount_mismatch', '/amount', anItemsBody({ amount: 1 })],
  ];

  test.each(CASES)('as %s, %s', async (code, pointer, body) => {
    const { fields } = CATALOGUES.en as (typeof CATALOGUES)[string];
    expect((await api.place(body)).body.errors).toEqual([{ pointer, code, detail: fields[code] }]);
  });

  test('as unstorable where only PostgreSQL finds out: the order as a whole', async () => {
    api.state.commit = async (orders) => orders.map(() => ({ outcome: 'unstorable' }));
    expect(await api.place()).toMatchObject({ status: 400, body: { errors: [{ pointer: '', code: 'unstorable' }] } });
  });

  test('in the caller’s language', async () => {
    const said = await Promise.all(
      ['en', 'zh-CN'].map(async (language) => (await api.place({}, { 'Accept-Language': language })).body.errors[0]),
    );
    expect(said.map(({ pointer, detail }) => `${pointer} ${detail}`)).toEqual([
      '/product_id is required',
      '/product_id 为必填项',
    ]);
  });
});
