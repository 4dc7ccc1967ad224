import { randomUUID } from 'node:crypto';
import { byName } from '../../src/api/admission.ts';
import { Problem } from '../../src/api/problem.ts';
import { anOrderBody } from '../support/orders.ts';
import { startApi } from './running-api.ts';

const elsewhere = byName(['ann']);
let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi(undefined, {
    admission: {
      asksWho: false,
      callerOf(request) {
        if (request.headers['x-client-id'] === 'nobody') throw new Problem('unauthenticated');
        if (request.headers['x-client-id'] === 'viewer') return { id: 'viewer', role: 'viewer' };
        return elsewhere.callerOf(request);
      },
    },
  });
});
afterAll(() => api.close());

const whole = JSON.stringify(anOrderBody());
const JSON_TYPE = 'application/json';

/** The same order as nearly all send it, and in a form that goes through Express. */
const FORMS = {
  usual: { path: '/api/orders', type: JSON_TYPE },
  'with a query': { path: '/api/orders?', type: JSON_TYPE },
  'with a charset': { path: '/api/orders', type: `${JSON_TYPE}; charset=utf-8` },
};

async function post(form: keyof typeof FORMS, body: string | Buffer, headers: Record<string, string> = {}) {
  const { path, type } = FORMS[form];
  const response = await fetch(api.url + path, { method: 'POST', body, headers: { 'Content-Type': type, ...headers } });
  const text = (await response.text()).replace(/[0-9a-f-]{36}/g, '<id>').replace('/api/orders?', '/api/orders');
  const shown = ['content-type', 'content-language', 'www-authenticate', 'vary'].map((name) =>
    response.headers.get(name),
  );
  const location = response.headers.get('location')?.replace(/[0-9a-f-]{36}/, '<id>');
  return { status: response.status, text, shown, location };
}

test.each<[string, number, string | Buffer, Record<string, string>]>([
  ['an order', 201, whole, {}],
  ['an order with a key', 201, whole, { 'Idempotency-Key': randomUUID() }],
  ['an order after a byte order mark', 201, `\ufeff${whole}`, {}],
  ['an order that does not fit', 400, '{"quantity":0}', {}],
  ['what is no JSON', 400, '{"product_id":', {}],
  ['what is no JSON, in another language', 400, '[1,', { 'Accept-Language': 'zh-CN' }],
  ['a name twice', 400, '{"amount":1,"amount":2}', {}],
  ['bytes that are no UTF-8', 400, Buffer.from([0x22, 0xff, 0x22]), {}],
  ['a key that is none', 400, whole, { 'Idempotency-Key': 'a key' }],
  ['a client that is none', 400, whole, { 'X-Client-Id': 'a client' }],
  ['a caller who is not let in', 401, whole, { 'X-Client-Id': 'nobody' }],
  ['a caller who may look only', 403, whole, { 'X-Client-Id': 'viewer' }],
  ['a body that is too large', 413, JSON.stringify({ note: 'x'.repeat(300_000) }), {}],
])('%s is answered with %d, whichever way it takes', async (_, status, body, headers) => {
  const usual = await post('usual', body, headers);
  expect(usual.status).toBe(status);
  expect(await post('with a query', body, headers)).toEqual(usual);
  expect(await post('with a charset', body, headers)).toEqual(usual);
});

test('the same key is the same order, whichever way it takes', async () => {
  const headers = { 'Idempotency-Key': randomUUID(), 'Content-Type': JSON_TYPE };
  const ids = await Promise.all(
    ['/api/orders', '/api/orders?', '/api/orders'].map(async (path) => {
      const response = await fetch(api.url + path, { method: 'POST', body: whole, headers });
      return ((await response.json()) as { order_id: string }).order_id;
    }),
  );
  expect(new Set(ids).size).toBe(1);
});
