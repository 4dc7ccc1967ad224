import { execFileSync } from 'node:child_process';
import { Connection, WorkflowClient } from '@temporalio/client';
import { tell } from '../support/figures.ts';
import { RunningSystem } from '../support/running-system.ts';
import { until } from '../support/until.ts';

/** The whole, as `npm start` brings it up: real PostgreSQL, real Temporal, the reference services at their usual speed. */
let system: RunningSystem;
beforeAll(async () => {
  system = await RunningSystem.start({ STEP_PATIENCE: '5s', LOG_LEVEL: 'warn' });
}, 90_000);
afterAll(() => system.remove(), 30_000);

test('the printed curl leads to a confirmed order, whose run Temporal and its Web UI show', async () => {
  const curl = system.output.split('\n').find((line) => line.trim().startsWith('curl')) as string;
  const answer = execFileSync('/bin/sh', ['-c', curl], { encoding: 'utf8' });
  expect(answer).toContain('201 Created');
  const { order_id } = JSON.parse(answer.slice(answer.indexOf('{'))) as { order_id: string };
  const order = await system.untilStatus(order_id, 'confirmed');
  expect(order.failure).toBeNull();

  const connection = await Connection.connect({ address: `127.0.0.1:${system.ports.TEMPORAL_PORT}` });
  const handle = new WorkflowClient({ connection }).getHandle(`order-${order_id}`);
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect((await handle.fetchHistory()).events?.length).toBeLessThanOrEqual(11);
  await connection.close();
  expect((await fetch(order.links.workflow)).status).toBe(200);
});

test('accepting takes under 10 ms at the median while the order takes the services their 650 ms', async () => {
  const medians: number[] = [];
  // What else the machine does only adds: one series of three has to be as quick as is promised.
  while (medians.length < 3 && !medians.some((median) => median < 10)) {
    const { median, slowest, ids } = await acceptedOneByOne(60);
    await system.untilAllSettled(20_000);
    tell('accepting an order, median', median, 'ms');
    tell('accepting an order, slowest of 60', slowest, 'ms');
    for (const id of ids) {
      const { accepted_at, settled_at } = await system.order(id);
      // Stock and payment take 500 ms before an order is confirmed; the notification's 150 ms follow.
      expect(Date.parse(settled_at as string) - Date.parse(accepted_at)).toBeGreaterThanOrEqual(500);
    }
    medians.push(median);
  }
  expect(Math.min(...medians)).toBeLessThan(10);
}, 90_000);

/** Ten orders a second, so that six or seven are under way at any time; back to back would measure saturation. */
async function acceptedOneByOne(count: number): Promise<{ median: number; slowest: number; ids: string[] }> {
  const accepts: number[] = [];
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const started = performance.now();
    ids.push(await system.place());
    accepts.push(performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, 100 - (performance.now() - started)));
  }
  const sorted = accepts.toSorted((a, b) => a - b);
  return { median: sorted[count >> 1] as number, slowest: sorted.at(-1) as number, ids };
}

test('one hundred concurrent posts of one key are one order and one hundred equal answers; another order is refused', async () => {
  const key = { 'idempotency-key': 'checkout-7' };
  const body = { product_id: 'sku-1', quantity: 1, amount: 100 };
  const answers = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const response = await system.post('/api/orders', body, key);
      return `${response.status} ${await response.text()}`;
    }),
  );
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toMatch(/^201 /);
  expect((await system.post('/api/orders', { amount: 100, quantity: 1, product_id: 'sku-1' }, key)).status).toBe(201);
  expect((await system.post('/api/orders', { ...body, amount: 101 }, key)).status).toBe(422);
  const { order_id } = JSON.parse((answers[0] as string).slice(4)) as { order_id: string };
  await system.untilStatus(order_id, 'confirmed');
  expect(await system.kindsOf('payment', order_id)).toEqual(['pay']);
});

describe('payments that', () => {
  afterEach(() => system.faults('payment', {}));

  test('take the money and then fail to answer: confirmed with one payment', async () => {
    await system.faults('payment', { fail_after: 1 });
    const id = await system.place();
    await until(async () => (await system.kindsOf('payment', id)).includes('pay'));
    await system.faults('payment', {});
    const order = await system.untilStatus(id, 'confirmed');
    expect(order.steps.find(({ step }) => step === 'pay')?.attempts).toBeGreaterThan(1);
    expect(await system.kindsOf('payment', id)).toEqual(['pay']);
  });

  test('are down past the patience: held, and found in Temporal by its search attributes; retried: confirmed with one payment', async () => {
    await system.faults('payment', { fail: 1 });
    const id = await system.place();
    const held = await system.untilStatus(id, 'held');
    expect(held.failure).toMatchObject({ code: 'service_error', step: 'pay' });
    expect(held.steps.map(({ state }) => state)).toEqual(['done', 'failed', 'waiting', 'waiting']);

    const connection = await Connection.connect({ address: `127.0.0.1:${system.ports.TEMPORAL_PORT}` });
    const query = `OrderStatus="held" AND FailureCode="service_error" AND FailedStep="pay" AND WorkflowId="order-${id}"`;
    const client = new WorkflowClient({ connection });
    await until(async () => (await client.count(query)).count === 1); // Temporal's visibility follows its runs, some time later
    await connection.close();

    await system.faults('payment', {});
    expect((await system.post(`/api/orders/${id}/retry`)).status).toBe(202);
    await system.untilStatus(id, 'confirmed');
    expect(await system.kindsOf('payment', id)).toEqual(['pay']);
    expect((await system.post(`/api/orders/${id}/retry`)).status).toBe(409);
  });

  test('are down, and the order is cancelled: the stock is given back and nothing paid', async () => {
    await system.faults('payment', { fail: 1, paths: ['/pay'] });
    const id = await system.place({ product_id: 'given-back', quantity: 3 });
    await system.untilStatus(id, 'held');
    expect((await system.stock('given-back')).deducted).toBe(3);
    expect((await system.post(`/api/orders/${id}/cancel`)).status).toBe(202);
    await system.untilStatus(id, 'cancelled');
    expect((await system.stock('given-back')).deducted).toBe(0);
    expect(await system.kindsOf('payment', id)).toEqual([]);
    expect(await system.kindsOf('inventory', id)).toEqual(['deduct', 'restore']);
  });

  test('hang: an order can be cancelled meanwhile, and is charged nothing', async () => {
    await system.faults('payment', { hang: 1, paths: ['/pay'] });
    const id = await system.place({ product_id: 'hung-up' });
    await system.untilStatus(id, 'processing');
    expect((await system.post(`/api/orders/${id}/cancel`)).status).toBe(202);
    await system.untilStatus(id, 'cancelled');
    expect((await system.stock('hung-up')).deducted).toBe(0);
  });
});
