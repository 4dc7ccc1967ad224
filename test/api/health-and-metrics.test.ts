import { type Api, startApi } from './running-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  api.runs.reset();
  api.state.isDraining = false;
  await api.db.empty();
});
afterAll(() => api.close());

const metric = async (name: string) => {
  const line = (await api.get('/metrics')).body.split('\n').find((each: string) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
};

describe('readiness', () => {
  test('is there where everything is', async () => {
    expect(await api.get('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'ready', checks: { database: 'ok', temporal: 'ok' } },
    });
  });

  test('is there without Temporal, which is named: orders can be accepted', async () => {
    api.runs.isAway = true;
    expect(await api.get('/health/ready')).toMatchObject({
      status: 200,
      body: { checks: { temporal: 'unreachable' } },
    });
  });

  test('ends with draining, while the process is still live', async () => {
    api.state.isDraining = true;
    expect(await api.get('/health/ready')).toMatchObject({ status: 503, body: { status: 'draining' } });
    expect((await api.get('/health/live')).status).toBe(200);
  });
});

describe('metrics', () => {
  test('count accepting by outcome', async () => {
    const before = (await metric('orders_accepts_total{outcome="accepted"}')) ?? 0;
    await api.place();
    await api.place({});
    await api.place(undefined, { 'Idempotency-Key': 'k' });
    await api.place(undefined, { 'Idempotency-Key': 'k' });
    await api.place({ product_id: 'x', quantity: 1, amount: 1 }, { 'Idempotency-Key': 'k' });
    expect(await metric('orders_accepts_total{outcome="accepted"}')).toBe(before + 2);
    for (const outcome of ['invalid', 'repeated', 'key_reused'])
      expect(await metric(`orders_accepts_total{outcome="${outcome}"}`)).toBe(1);
  });

  test('time accepting', async () => {
    const before = (await metric('orders_accept_duration_seconds_count')) ?? 0;
    await api.place();
    expect(await metric('orders_accept_duration_seconds_count')).toBe(before + 1);
    expect(await metric('orders_accept_duration_seconds_bucket{le="5"}')).toBe(before + 1);
  });

  test('tell what the database knows when they are asked', async () => {
    await api.placeOne({ accepted_at: new Date(Date.now() - 60_000) });
    await api.placeOne({ status: 'held' });
    expect(await metric('orders_backlog_depth')).toBe(1);
    expect(await metric('orders_backlog_oldest_age_seconds')).toBeGreaterThan(59);
    expect(await metric('orders_unsettled{status="held"}')).toBe(1);
    expect(await metric('orders_unsettled{status="processing"}')).toBe(0);
    expect(await metric('orders_intake_queue')).toBe(0);
  });

  test('tell the process’s own figures, in Prometheus’ format', async () => {
    const { headers } = await api.get('/metrics');
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await metric('process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  test('do not tell old figures of a database that is away', async () => {
    await api.placeOne({ status: 'held' });
    expect(await metric('orders_unsettled{status="held"}')).toBe(1);
    await api.way.cut();
    for (const name of ['orders_backlog_depth', 'orders_backlog_oldest_age_seconds', 'orders_unsettled{status="held"}'])
      expect([name, await metric(name)]).toEqual([name, undefined]);
    expect(await metric('orders_intake_queue')).toBe(0);
    await api.way.restore();
  });
});
