import { tell } from '../support/figures.ts';
import { RunningSystem } from '../support/running-system.ts';
import { until } from '../support/until.ts';

let system: RunningSystem;
beforeAll(async () => {
  system = await RunningSystem.start({ LOG_LEVEL: 'warn', RECONCILE_AFTER: '5s' });
}, 90_000);
afterAll(() => system.remove(), 30_000);

async function expectEachPaidOnce(ids: string[]): Promise<void> {
  for (const id of ids) {
    expect((await system.order(id)).status).toBe('confirmed');
    expect(await system.kindsOf('payment', id)).toEqual(['pay']);
    expect(await system.kindsOf('inventory', id)).toEqual(['deduct']);
  }
}

test('a worker killed in the middle of two hundred orders and started again: all settle, each paid once', async () => {
  const ids = await Promise.all(Array.from({ length: 200 }, () => system.place()));
  await until(
    async () => ((await (await system.service('payment', '/totals')).json()) as { pay?: { count: number } }).pay?.count,
  );
  system.signal('Worker', 'SIGKILL');
  const killed = performance.now();
  await system.untilAllSettled(60_000);
  tell('from the kill of the worker until all 200 orders are settled', (performance.now() - killed) / 1000, 's');
  await expectEachPaidOnce(ids);
}, 90_000);

test('while Temporal is stopped orders are still accepted; when it is back all settle, each paid once', async () => {
  system.signal('Temporal', 'SIGSTOP');
  const ids: string[] = [];
  for (let n = 0; n < 100; n += 1) ids.push(await system.place());
  expect((await fetch(system.url('/health/ready'))).status).toBe(200);
  system.signal('Temporal', 'SIGKILL');
  for (let n = 0; n < 100; n += 1) ids.push(await system.place());
  await system.untilAllSettled(80_000);
  await expectEachPaidOnce(ids);
}, 120_000);

test('PostgreSQL killed: what was answered 201 is there when it is back, and all settle', async () => {
  const ids = await Promise.all(Array.from({ length: 50 }, () => system.place()));
  system.signal('PostgreSQL', 'SIGKILL');
  await until(
    async () => (await system.post('/api/orders', { product_id: 'sku-1', quantity: 1, amount: 1 })).status === 201,
    { within: 20_000, every: 200 },
  );
  // Each connection of the API's pool finds out by itself that PostgreSQL was away.
  const answers = () => Promise.all(Array.from({ length: 30 }, () => fetch(system.url('/api/orders?limit=1'))));
  await until(async () => (await answers()).every(({ ok }) => ok), { within: 20_000, every: 200 });
  await system.untilAllSettled(60_000);
  await expectEachPaidOnce(ids);
}, 90_000);

test('stopped in the middle it leaves no process within 15 s, and at the next start goes on where it was', async () => {
  const ids = await Promise.all(Array.from({ length: 50 }, () => system.place()));
  const pids = ['Worker', 'API', 'Temporal', 'PostgreSQL', 'Payment service'].map((part) => system.pidOf(part));
  const started = performance.now();
  expect(await system.down()).toBe(0);
  tell('stopping everything with orders under way', (performance.now() - started) / 1000, 's');
  expect(performance.now() - started).toBeLessThan(15_000);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');

  await system.up();
  await system.untilAllSettled(60_000);
  await expectEachPaidOnce(ids);
}, 120_000);
