import { v7 as uuidv7 } from 'uuid';
import { newKey } from '../../src/access/key.ts';
import { byCredential } from '../../src/api/admission.ts';
import { aHolder, aKeyRing } from '../access/key-holders.ts';
import { set } from '../store/orders-database.ts';
import { anOrderBody } from '../support/orders.ts';
import { type Api, type Headed, rowsIn, startApi } from './running-api.ts';

const shop = aHolder('shop');
const other = aHolder('other');
const ann = aHolder('ann', 'operator');
const ben = aHolder('ben', 'viewer');

let api: Api;
beforeAll(async () => {
  api = await startApi(undefined, { admission: byCredential(aKeyRing({ shop, other, ann, ben }), undefined) });
});
beforeEach(() => api.db.empty());
afterAll(() => api.close());

const id = uuidv7();
const READS_OF_ORDERS = ['/api/orders', `/api/orders/${id}`];
const READS_OF_ALL = [
  '/api/failures',
  '/api/bulk',
  `/api/bulk/${id}`,
  `/api/bulk/${id}/items`,
  '/api/actions',
  '/metrics',
];
const PLACES = ['/api/orders', `/api/orders/${id}/cancel`];
const DECIDES = [
  ...['retry', 'amend'].map((action) => `/api/orders/${id}/${action}`),
  ...['retry', 'cancel'].map((action) => `/api/failures/${action}`),
  ...['pause', 'resume', 'stop'].map((action) => `/api/bulk/${id}/${action}`),
];
const CALLS = [
  ...[...READS_OF_ORDERS, ...READS_OF_ALL, '/api/nothing'].map((path) => ['GET', path] as const),
  ...[...PLACES, ...DECIDES].map((path) => ['POST', path] as const),
];

describe('without a key that counts', () => {
  test.each(CALLS)('%s %s is answered with 401 and what is wanted', async (method, path) => {
    const { status, headers, body } = await api.ask(method, path);
    expect([status, body.code, headers.get('www-authenticate')]).toEqual([
      401,
      'unauthenticated',
      'Bearer realm="durable-orders"',
    ]);
  });

  test('whoever tries is counted', async () => {
    await api.get('/api/orders');
    const { body } = await api.get('/metrics', ben.headers);
    expect(body).toMatch(/orders_problems_total\{code="unauthenticated"\} [1-9]/);
  });

  test.each([
    ['one that nobody has', `Bearer ${newKey()}`],
    ['the hash of one', `Bearer ${shop.line.split(':').at(-1)}`],
    ['a token where there is no issuer', 'Bearer a.b.c'],
  ])('%s is told apart: it is not valid', async (_, Authorization) => {
    const { status, headers } = await api.get('/api/orders', { Authorization });
    expect([status, headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="durable-orders", error="invalid_token"',
    ]);
  });

  test.each([
    ['another scheme', `Basic ${Buffer.from(`shop:${shop.key}`).toString('base64')}`],
    ['a key without a scheme', shop.key],
    ['two keys', `Bearer ${shop.key} ${ann.key}`],
    ['no key', 'Bearer '],
  ])('%s is none', async (_, Authorization) =>
    expect((await api.get('/api/orders', { Authorization })).status).toBe(401),
  );

  test('a body is not looked at, and nothing is stored', async () => {
    expect((await api.place({ no: 'order' })).status).toBe(401);
    expect((await api.place()).status).toBe(401);
    expect(await rowsIn(api.db)).toBe(0);
  });

  test('a name that is only said lets nobody in', async () => {
    expect((await api.get('/api/orders', { 'X-Client-Id': 'ann' })).status).toBe(401);
  });

  test.each(['/health/live', '/health/ready', '/docs', '/openapi.json'])('%s is open', async (path) => {
    expect((await api.get(path)).status).toBe(200);
  });
});

const statuses = async ({ headers }: { headers: Headed }, method: string, paths: string[]) =>
  Promise.all(paths.map(async (path) => [path, (await api.ask(method, path, headers)).status]));
const all = (paths: string[], status: number) => paths.map((path) => [path, status]);

describe('a client', () => {
  test('may see orders and place them, and neither see nor decide about everybody’s', async () => {
    expect((await api.place(undefined, shop.headers)).status).toBe(201);
    expect((await api.get('/api/orders', shop.headers)).status).toBe(200);
    expect(await statuses(shop, 'GET', READS_OF_ALL)).toEqual(all(READS_OF_ALL, 403));
    expect(await statuses(shop, 'POST', DECIDES)).toEqual(all(DECIDES, 403));
  });

  test('sees its own orders only; another’s is not there', async () => {
    const { order_id } = (await api.place(undefined, shop.headers)).body;
    expect((await api.get(`/api/orders/${order_id}`, shop.headers)).status).toBe(200);
    const [others, nobodys] = await Promise.all(
      [order_id, id].map((orderId) => api.get(`/api/orders/${orderId}`, other.headers)),
    );
    expect([others?.status, others?.body.code]).toEqual([404, 'order_not_found']);
    expect({ ...others?.body, instance: '' }).toEqual({ ...nobodys?.body, instance: '' });
  });

  test('can’t cancel another’s', async () => {
    const { order_id } = (await api.place(undefined, shop.headers)).body;
    const cancel = (headers: Headed) => api.ask('POST', `/api/orders/${order_id}/cancel`, headers);
    expect((await cancel(other.headers)).status).toBe(404);
    expect((await api.get(`/api/orders/${order_id}`, shop.headers)).body.status).toBe('accepted');
    expect((await cancel(shop.headers)).status).toBe(202);
  });

  test('can neither retry nor amend another’s, nor learn by trying whether it is there', async () => {
    const held = { status: 'held', failure_code: 'service_error', failure_step: 'pay', failure_detail: 'x' };
    const { order_id } = (await api.place(undefined, shop.headers)).body;
    await set(api.db.sql, order_id, held);
    const headers = { ...other.headers, 'content-type': 'application/json' };
    for (const action of ['retry', 'amend']) {
      const [others, nobodys] = await Promise.all(
        [order_id, id].map((orderId) =>
          api.ask('POST', `/api/orders/${orderId}/${action}`, headers, '{"payment_method":"pm_other"}'),
        ),
      );
      expect([others?.status, others?.body.code]).toEqual([403, 'not_allowed']);
      expect({ ...others?.body, instance: '' }).toEqual({ ...nobodys?.body, instance: '' });
    }
    expect((await api.get(`/api/orders/${order_id}`, shop.headers)).body).toMatchObject({
      ...{ status: 'held', actions: [] },
      failure: { code: 'service_error' },
    });
  });

  test('that waits for an order under another’s key waits for its own, and is shown nothing of the other', async () => {
    const place = (amount: number, headers: Headed) =>
      api.place(anOrderBody({ amount }), { 'Idempotency-Key': 'k', Prefer: 'wait=0', ...headers });
    const first = await place(1, shop.headers);
    await set(api.db.sql, first.body.order_id, { status: 'confirmed', settled_at: new Date() });
    const second = await place(2, other.headers);
    expect(second.body).toMatchObject({ status: 'accepted', amount: 2 });
    expect(second.body.order_id).not.toBe(first.body.order_id);
    expect((await place(1, shop.headers)).body).toMatchObject({ order_id: first.body.order_id, status: 'confirmed' });
  });

  test('finds its own orders in the list, on every page and under every filter', async () => {
    const mine: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      mine.unshift((await api.place(undefined, shop.headers)).body.order_id);
      await api.place(undefined, other.headers);
    }
    const listed: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await api.get(`/api/orders?status=accepted&limit=2${cursor}`, shop.headers);
      listed.push(...body.orders.map(({ order_id }: { order_id: string }) => order_id));
      if (!body.next_cursor) break;
      cursor = `&cursor=${body.next_cursor}`;
    }
    expect(listed).toEqual(mine);
    expect((await api.get('/api/orders?failure_code=card_declined', shop.headers)).body.orders).toEqual([]);
  });

  test('learns nothing from another’s cursor', async () => {
    const { order_id } = (await api.place(undefined, other.headers)).body;
    await api.place(undefined, other.headers);
    expect((await api.get(`/api/orders?cursor=${order_id}`, shop.headers)).body.orders).toEqual([]);
  });

  test('has idempotency keys of its own, whatever name it says', async () => {
    const place = (headers: Headed) => api.place(anOrderBody(), { 'Idempotency-Key': 'k', ...headers });
    const first = await place(shop.headers);
    expect((await place({ ...shop.headers, 'X-Client-Id': 'other' })).body.order_id).toBe(first.body.order_id);
    expect((await place(other.headers)).body.order_id).not.toBe(first.body.order_id);
    expect(await rowsIn(api.db)).toBe(2);
  });

  test('with a second key is the same client', async () => {
    const second = aHolder('shop');
    const both = await startApi(undefined, { admission: byCredential(aKeyRing({ shop, second }), undefined) });
    const { order_id } = (await both.place(undefined, shop.headers)).body;
    expect((await both.get(`/api/orders/${order_id}`, second.headers)).status).toBe(200);
    await both.close();
  });
});

describe('a viewer', () => {
  test('reads all, and neither places nor decides', async () => {
    const { order_id } = (await api.place(undefined, shop.headers)).body;
    expect((await api.get(`/api/orders/${order_id}`, ben.headers)).status).toBe(200);
    expect((await api.get('/api/orders', ben.headers)).body.orders).toHaveLength(1);
    expect((await statuses(ben, 'GET', READS_OF_ALL)).map(([, status]) => status)).not.toContain(403);
    expect((await api.place(undefined, ben.headers)).status).toBe(403);
    expect(await statuses(ben, 'POST', [...PLACES, ...DECIDES])).toEqual(all([...PLACES, ...DECIDES], 403));
    expect(await rowsIn(api.db)).toBe(1);
  });
});

describe('an operator', () => {
  test('may do everything, and is on the record by the name of the key', async () => {
    const { order_id } = (await api.place(undefined, shop.headers)).body;
    for (const [method, path] of CALLS)
      expect([401, 403]).not.toContain((await api.ask(method, path, ann.headers)).status);
    await api.ask('POST', `/api/orders/${order_id}/cancel`, { ...ann.headers, 'X-Client-Id': 'shop' });
    const { body } = await api.get(`/api/actions?order_id=${order_id}`, ann.headers);
    expect(body.actions).toMatchObject([{ action: 'cancel', by: 'ann', outcome: 'taken' }]);
  });
});
