import { tell } from '../support/figures.ts';
import { RunningSystem } from '../support/running-system.ts';

let system: RunningSystem;
beforeAll(async () => {
  system = await RunningSystem.start({ LOG_LEVEL: 'warn' });
}, 90_000);
afterAll(() => system.remove(), 30_000);

test('a thousand concurrent orders on a stock of one hundred: one hundred confirmed and paid, the others rejected', async () => {
  await system.putToService('inventory', '/stock/scarce', { on_hand: 100 });
  const before = (await (await system.service('payment', '/totals')).json()) as { pay: { count: number } };
  const started = performance.now();
  const ids = await Promise.all(Array.from({ length: 1000 }, () => system.place({ product_id: 'scarce' })));
  tell('accepting 1,000 concurrent orders', performance.now() - started, 'ms');
  await system.untilAllSettled(80_000);
  tell('settling 1,000 concurrent orders', (performance.now() - started) / 1000, 's');
  const statuses = await Promise.all(ids.map(async (id) => (await system.order(id)).status));
  expect(statuses.filter((status) => status === 'confirmed')).toHaveLength(100);
  expect(statuses.filter((status) => status === 'rejected')).toHaveLength(900);
  expect(await system.stock('scarce')).toMatchObject({ on_hand: 0, deducted: 100 });
  const after = (await (await system.service('payment', '/totals')).json()) as { pay: { count: number } };
  expect(after.pay.count - before.pay.count).toBe(100);
}, 120_000);
