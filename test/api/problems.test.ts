import { Issuer } from '../../src/access/issuer.ts';
import { RateLimit } from '../../src/access/rate-limit.ts';
import { ROLES_BY_NAME } from '../../src/access/role-claim.ts';
import { Tokens } from '../../src/access/tokens.ts';
import { type Admission, byCredential, byName } from '../../src/api/admission.ts';
import { CATALOGUES, type ProblemCode, statusOf } from '../../src/api/messages/catalogue.ts';
import { countItems } from '../../src/store/bulk-items.ts';
import { finishBulk } from '../../src/store/bulks.ts';
import { QueueFull } from '../../src/store/group-commit.ts';
import { insertOrders } from '../../src/store/insert-orders.ts';
import { aKeyRing } from '../access/key-holders.ts';
import { anOrderBody } from '../support/orders.ts';
import { type Answer, type Api, type Headed, startApi } from './running-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterEach(() => {
  api.state.commit = (orders) => insertOrders(api.db.sql, orders);
  api.runs.reset();
});
afterAll(() => api.close());

const guarded = async (guards: Parameters<typeof startApi>[1], headers: Headed) => {
  const api = await startApi(undefined, guards);
  const answer = await api.get('/api/orders', headers);
  await api.close();
  return answer;
};
/** `fetch` sends the name that it connects to. */
const elsewhere: Admission['callerOf'] = (request) => {
  request.headers.host = 'shop.example';
  return byName(undefined).callerOf(request);
};

type Provoke = (headers: Headed) => Promise<Answer>;
const JSON_BODY = { 'content-type': 'application/json' };
const send = (headers: Headed, text: string, path = '/api/orders') =>
  api.ask('POST', path, { ...JSON_BODY, ...headers }, text);
const held = { status: 'held', failure_code: 'service_error', failure_step: 'pay' };
const amend = (id: string, patch: object, headers: Headed) =>
  send(headers, JSON.stringify(patch), `/api/orders/${id}/amend`);
const whileIntake =
  (error: Error): Provoke =>
  (headers) => {
    api.state.commit = () => Promise.reject(error);
    return api.place(anOrderBody(), headers);
  };
const act =
  (name: string, status: string, prepare = () => {}): Provoke =>
  async (headers) => {
    const id = await api.placeOne({ status });
    prepare();
    return await api.ask('POST', `/api/orders/${id}/${name}`, headers);
  };

const PROVOKED: Record<ProblemCode, Provoke> = {
  invalid_json: (headers) => send(headers, '{"product_id":'),
  invalid_order: (headers) => api.place({}, headers),
  invalid_parameter: (headers) => api.get('/api/orders?limit=none', headers),
  invalid_idempotency_key: (headers) => api.place(anOrderBody(), { 'Idempotency-Key': 'a b', ...headers }),
  not_found: (headers) => api.get('/api/nothing', headers),
  order_not_found: (headers) => api.get('/api/orders/no-id', headers),
  method_not_allowed: (headers) => api.ask('DELETE', '/api/orders', headers),
  invalid_amendment: async (headers) => amend(await api.placeOne(held), { currency: 'USD' }, headers),
  invalid_bulk: (headers) => send(headers, '{}', '/api/failures/retry'),
  unauthenticated: (headers) => guarded({ admission: byCredential(aKeyRing({}), undefined) }, headers),
  issuer_unavailable: (headers) => {
    const issuer = new Issuer('http://127.0.0.1:1');
    const tokens = new Tokens({ issuer, audience: 'orders', roleClaim: { name: 'roles', roles: ROLES_BY_NAME } });
    const admission = byCredential(undefined, tokens);
    return guarded({ admission }, { Authorization: 'Bearer a.b.c', ...headers });
  },
  rate_limited: async (headers) => {
    const rateLimit = new RateLimit({ requests: 1, windowMs: 60_000 });
    rateLimit.take('anonymous');
    return await guarded({ rateLimit }, headers);
  },
  misdirected: (headers) => guarded({ admission: { ...byName(undefined), callerOf: elsewhere } }, headers),
  not_allowed: async (headers) => {
    const closed = await startApi(['ann']);
    const answer = await closed.get('/api/failures', headers);
    await closed.close();
    return answer;
  },
  bulk_not_found: (headers) => api.get('/api/bulk/no-id', headers),
  bulk_finished: async (headers) => {
    const { bulk_id } = (await send({}, '{"status":"failed"}', '/api/failures/retry')).body;
    await finishBulk(api.db.sql, bulk_id, await countItems(api.db.sql, bulk_id));
    return await api.ask('POST', `/api/bulk/${bulk_id}/pause`, headers);
  },
  order_not_amendable: async (headers) =>
    amend(await api.placeOne({ ...held, failure_code: 'undo_failed' }), { payment_method: 'pm_2' }, headers),
  order_not_cancellable: act('cancel', 'confirmed'),
  order_not_held: act('retry', 'processing'),
  body_too_large: (headers) => send(headers, `{"product_id":"${'x'.repeat(300_000)}"}`),
  unsupported_media_type: (headers) => send({ ...headers, 'content-type': 'text/plain' }, '{}'),
  idempotency_key_reused: async (headers) => {
    await api.place(anOrderBody(), { 'Idempotency-Key': 'taken' });
    return await api.place(anOrderBody({ amount: 1 }), { 'Idempotency-Key': 'taken', ...headers });
  },
  database_unavailable: whileIntake(Object.assign(new Error('closed'), { code: 'CONNECTION_CLOSED' })),
  temporal_unavailable: act('retry', 'held', () => {
    api.runs.isAway = true;
  }),
  overloaded: whileIntake(new QueueFull()),
  internal_error: whileIntake(new Error('secret: cannot read properties of undefined')),
};

describe.each(Object.entries(PROVOKED) as [ProblemCode, Provoke][])('%s', (code, provoke) => {
  test.each(Object.keys(CATALOGUES))('is told in %s, with its status and a stable code', async (language) => {
    const { status, headers, body } = await provoke({ 'Accept-Language': language });
    const [title] = CATALOGUES[language]?.problems[code] ?? [];
    expect([status, body.status, body.code]).toEqual([statusOf(code), statusOf(code), code]);
    expect([body.type, body.title]).toEqual([`urn:durable-orders:problem:${code}`, title]);
    expect([headers.get('content-language'), headers.get('vary')]).toEqual([language, 'Accept-Language']);
    expect(body.detail).not.toMatch(/[{}]|undefined|^$/);
  });
});

describe('a problem', () => {
  test.each([
    'database_unavailable',
    'temporal_unavailable',
    'issuer_unavailable',
    'overloaded',
    'rate_limited',
  ] as const)('%s says when to come back', async (code) => {
    expect((await PROVOKED[code]({})).headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  });

  test('that is ours carries an id and nothing of what went wrong', async () => {
    const { body } = await PROVOKED.internal_error({});
    expect(body.error_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.stringify(body)).not.toMatch(/secret|undefined|\.ts/);
  });

  test('names the status that the order has', async () => {
    const { body } = await PROVOKED.order_not_held({ 'Accept-Language': 'en' });
    expect([body.order_status, body.detail]).toEqual(['processing', expect.stringContaining('"processing"')]);
  });
});

describe('a body', () => {
  test.each([
    ['in a charset that is not UTF-8', { 'content-type': 'application/json; charset=latin1' }, '{}', 415],
    ['packed in a way that is unknown', { ...JSON_BODY, 'content-encoding': 'zip' }, '{}', 415],
    ['that is not what it says', { ...JSON_BODY, 'content-encoding': 'gzip' }, '{}', 400],
    ['that is not there', JSON_BODY, '', 400],
    ['without a media type', {}, '{}', 415],
  ])('%s is refused', async (_, headers, text, expected) => {
    const body = new Uint8Array(Buffer.from(text)); // as bytes: fetch adds no media type of its own
    const response = await fetch(`${api.url}/api/orders`, { method: 'POST', headers: headers as Headed, body });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      expected,
      expect.stringContaining('application/problem+json'),
    ]);
    await response.body?.cancel();
  });

  test('packed in a way that is unknown is told the ways that are not', async () => {
    const answer = await api.ask('POST', '/api/orders', { ...JSON_BODY, 'content-encoding': 'br' }, '{}');
    expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([415, 'identity, gzip']);
  });

  test('with a charset said is taken', async () => {
    const answer = await api.place(anOrderBody(), { 'content-type': 'application/json; charset=utf-8' });
    expect(answer.status).toBe(201);
  });
});

test.each([
  ['PUT', '/api/orders', 'GET, HEAD, POST'],
  ['PATCH', '/api/orders/01890a5d-ac96-774b-bcce-b302099a8057', 'GET, HEAD'],
  ['GET', '/api/orders/01890a5d-ac96-774b-bcce-b302099a8057/cancel', 'POST'],
  ['GET', '/api/orders/01890a5d-ac96-774b-bcce-b302099a8057/retry', 'POST'],
  ['POST', '/health/ready', 'GET, HEAD'],
  ['POST', '/metrics', 'GET, HEAD'],
  ['POST', '/openapi.json', 'GET, HEAD'],
])('%s %s is not allowed, and says what is', async (method, path, allowed) => {
  const { status, headers } = await api.ask(method, path);
  expect([status, headers.get('allow')]).toEqual([405, allowed]);
});
