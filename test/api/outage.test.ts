import { until } from '../support/until.ts';
import { type Api, rowsIn, startApi } from './running-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(() => api.db.empty());
afterAll(() => api.close());

describe('while PostgreSQL is away', () => {
  beforeEach(() => api.way.cut());
  afterEach(() => api.way.restore());

  test.each([
    ['placing', () => api.place()],
    ['reading', () => api.get('/api/orders/01890a5d-ac96-774b-bcce-b302099a8057')],
    ['listing', () => api.get('/api/orders')],
    ['cancelling', () => api.ask('POST', '/api/orders/01890a5d-ac96-774b-bcce-b302099a8057/cancel')],
  ])('%s is answered with 503, and when to come back', async (_, ask) => {
    const { status, headers, body } = await ask();
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'database_unavailable', '1']);
  });

  test('what does not need it is answered as ever', async () => {
    expect((await api.place({})).status).toBe(400);
    expect((await api.get('/health/live')).status).toBe(200);
  });

  test('readiness says so', async () => {
    expect(await api.get('/health/ready')).toMatchObject({
      status: 503,
      body: { status: 'not_ready', checks: { database: 'unreachable', temporal: 'ok' } },
    });
  });
});

describe('when PostgreSQL is back', () => {
  test('orders are taken again, and one that was repeated meanwhile is one order', async () => {
    const place = () => api.place(undefined, { 'Idempotency-Key': 'k' });
    await place();
    await api.way.cut();
    expect((await place()).status).toBe(503);
    await api.way.restore();
    await until(async () => (await place()).status === 201);
    expect(await rowsIn(api.db)).toBe(1);
    expect((await api.get('/health/ready')).status).toBe(200);
  });

  test('nothing that was answered 201 is lost, and nothing else is there', async () => {
    const placing = Array.from({ length: 200 }, () => api.place());
    await Promise.race(placing);
    await api.way.cut();
    const answers = await Promise.all(placing);
    await api.way.restore();
    const accepted = answers.filter(({ status }) => status === 201).map(({ body }) => body.order_id);
    const stored = (await api.db.sql`SELECT order_id FROM orders`).map(({ order_id }) => order_id);
    expect(stored).toEqual(expect.arrayContaining(accepted));
    expect(new Set(answers.map(({ status }) => status))).not.toContain(500);
  });

  test('one whose connections were all ended serves the next request', async () => {
    await api.db.sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'durable-orders'`;
    await until(async () => (await api.get('/api/orders')).status === 200);
  });
});
