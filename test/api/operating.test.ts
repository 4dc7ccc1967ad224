import { recordStatuses } from '../../src/store/record-status.ts';
import { until } from '../support/until.ts';
import { type Api, startApi } from './running-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(() => api.db.empty());
afterAll(() => api.close());

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

test('readiness does not wait for a database that does not get done', async () => {
  const answers = await api.db.sql.begin(async (transaction) => {
    await transaction`LOCK TABLE orders`;
    const stuck = Array.from({ length: 5 }, () => api.get(`/api/orders/${ID}`));
    await until(async () => {
      const [row] = await api.db.sql`
        SELECT count(*)::int AS stuck FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return row?.stuck >= 5;
    });
    const { status, body } = await api.get('/health/ready');
    expect([status, body.checks.database]).toEqual([503, 'unreachable']);
    expect((await api.get('/health/live')).status).toBe(200);
    return stuck;
  });
  for (const { status } of await Promise.all(answers)) expect(status).toBe(404);
  expect((await api.get('/health/ready')).status).toBe(200);
});

test('the backlog on the metrics page shrinks with what has settled', async () => {
  const [first = ''] = [await api.placeOne(), await api.placeOne()];
  const depth = async () => /^orders_backlog_depth (\d+)$/m.exec((await api.get('/metrics')).body)?.[1];
  expect(await depth()).toBe('2');
  await recordStatuses(api.db.sql, [{ orderId: first, status: 'confirmed', steps: null, failure: null }]);
  expect(await depth()).toBe('1');
});

test('the metrics page tells nobody’s order, client or key', async () => {
  const { body } = await api.place(undefined, { 'X-Client-Id': 'shop-7', 'Idempotency-Key': 'k-4711' });
  expect((await api.get('/metrics')).body).not.toMatch(new RegExp(`${body.order_id}|shop-7|k-4711|sku-1`));
});

/** Addresses that are not in the document. */
const OPEN = ['/health/live', '/health/ready', '/metrics', '/openapi.json', '/docs'].map(
  (path) => [path, { get: {} }] as const,
);

describe('the OpenAPI document and the routes', () => {
  test.each(['OPTIONS', 'DELETE'])('name the same methods for each address, to who asks by %s', async (method) => {
    const { paths } = (await api.get('/openapi.json')).body as { paths: Record<string, object> };
    for (const [path, methods] of [...Object.entries(paths), ...OPEN]) {
      const { status, headers } = await fetch(api.url + path.replace('{id}', ID), { method });
      const allowed = (headers.get('allow') ?? '').split(', ').filter((each) => each !== 'HEAD');
      const wanted = Object.keys(methods).map((each) => each.toUpperCase());
      expect([path, status, allowed.toSorted()]).toEqual([path, method === 'OPTIONS' ? 204 : 405, wanted.toSorted()]);
    }
  });

  test('show no address that is not there', async () => {
    for (const path of ['/', '/api', '/api/order', `/api/orders/${ID}/amend/now`, '/docs/none.js', '/health']) {
      expect([path, await api.get(path)]).toEqual([
        path,
        expect.objectContaining({ status: 404, body: expect.objectContaining({ code: 'not_found', instance: path }) }),
      ]);
    }
  });
});

describe('a HEAD', () => {
  test.each(['/api/orders', '/health/live', '/health/ready', '/metrics', '/openapi.json', '/docs'])(
    'of %s is answered as a GET, without a body',
    async (path) => {
      const [head, get] = [await fetch(api.url + path, { method: 'HEAD' }), await fetch(api.url + path)];
      await get.body?.cancel();
      expect([head.status, head.headers.get('content-type')]).toEqual([200, get.headers.get('content-type')]);
      expect(await head.text()).toBe('');
    },
  );
});
