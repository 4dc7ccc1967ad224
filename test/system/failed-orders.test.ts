import { Connection, WorkflowClient, WorkflowNotFoundError } from '@temporalio/client';
import { OtherCode } from '../support/other-code.ts';
import { RunningSystem } from '../support/running-system.ts';
import { until } from '../support/until.ts';

const SETTINGS = { STEP_PATIENCE: '2s', LOG_LEVEL: 'warn' };

/** A version of the workflow with bugs in it, to begin with; the system is started again with the repaired one. */
let system: RunningSystem;
let buggy: OtherCode;
beforeAll(async () => {
  buggy = new OtherCode((story) =>
    story.replace(
      'await run.pay(payment);',
      `if (order.amount === 666) throw ApplicationFailure.nonRetryable('a bug');
      await run.pay(payment).finally(() => {
        if (order.amount === 667 && !order.isCancelled) throw new TypeError('a bug that fails the task');
      });`,
    ),
  );
  system = await RunningSystem.start({
    ...SETTINGS,
    RECONCILE_AFTER: '2s',
    WORKFLOW_BUNDLE: await buggy.bundle(),
  });
}, 120_000);
afterAll(async () => {
  await system.remove();
  buggy[Symbol.dispose]();
}, 30_000);

const as = (name: string) => ({ 'X-Client-Id': name });

async function withTemporal(act: (client: WorkflowClient) => Promise<void>): Promise<void> {
  const connection = await Connection.connect({ address: `127.0.0.1:${system.ports.TEMPORAL_PORT}` });
  await act(new WorkflowClient({ connection })).finally(() => connection.close());
}

const terminate = (orderId: string) =>
  withTemporal(async (client) => void (await client.getHandle(`order-${orderId}`).terminate('by hand')));

/** As after retention, or where Temporal's database was set back: nothing of the run is left. */
const forget = (orderId: string) =>
  withTemporal(async (client) => {
    const workflowExecution = { workflowId: `order-${orderId}` };
    await client.workflowService.deleteWorkflowExecution({ namespace: 'default', workflowExecution });
    await expect(client.getHandle(`order-${orderId}`).describe()).rejects.toThrow(WorkflowNotFoundError);
  });

async function heldOrders(count: number): Promise<string[]> {
  await system.faults('payment', { fail: 1 });
  const ids = await Promise.all(Array.from({ length: count }, () => system.place()));
  for (const id of ids) await system.untilStatus(id, 'held');
  await system.faults('payment', {});
  return ids;
}

// As where a cancellation and a lost task have left a history that can't be replayed (decision 0021).
test('a cancelled order whose run can not go on is undone by another run', async () => {
  const id = await system.place({ amount: 667, payment_method: 'pm_invalid' });
  await system.untilStatus(id, 'held');
  expect((await system.post(`/api/orders/${id}/cancel`)).status).toBe(503); // the run does not answer
  await system.untilStatus(id, 'cancelled', 100_000);
  expect(await system.kindsOf('inventory', id)).toEqual(['deduct', 'restore']);
}, 150_000);

test('a run that failed by a bug, and one that was terminated, are both brought to confirmed by a retry, and one by an amendment', async () => {
  const bugged = await system.place({ amount: 666 });
  const [terminated] = (await heldOrders(1)) as [string];
  const wrong = await system.place({ payment_method: 'pm_invalid' });
  await system.untilStatus(wrong, 'held');
  for (const id of [terminated, wrong]) await terminate(id);
  const all = [bugged, terminated, wrong];
  for (const id of all) {
    const { failure, steps } = await system.untilStatus(id, 'failed');
    expect(failure).toMatchObject({ code: 'run_closed' });
    expect(steps[0]).toMatchObject({ step: 'deduct', state: 'done' });
  }
  expect((await system.get('/api/failures')).groups).toMatchObject([
    { status: 'failed', failure_code: 'run_closed', step: null, count: 3 },
  ]);

  await system.down();
  await system.up(SETTINGS);
  for (const id of [bugged, terminated])
    expect((await system.post(`/api/orders/${id}/retry`, { reason: 'repaired' }, as('ann'))).status).toBe(202);
  const amended = await system.post(`/api/orders/${wrong}/amend`, { payment_method: 'pm_card' }, as('ann'));
  expect(amended.status).toBe(202);
  for (const id of all) {
    await system.untilStatus(id, 'confirmed');
    expect(await system.kindsOf('payment', id)).toEqual(['pay']);
    expect(await system.kindsOf('inventory', id)).toEqual(['deduct']);
  }
}, 120_000);

test('an order whose run is gone from Temporal is retried all the same, and paid once', async () => {
  const [id] = (await heldOrders(1)) as [string];
  await forget(id);
  expect((await system.post(`/api/orders/${id}/retry`)).status).toBe(202);
  await system.untilStatus(id, 'confirmed');
  expect(await system.kindsOf('payment', id)).toEqual(['pay']);
  expect(await system.kindsOf('inventory', id)).toEqual(['deduct']);
}, 60_000);

test('two bulk operations on the same orders let each go on once, and both come to their end', async () => {
  const ids = await heldOrders(20);
  const answers = await Promise.all(
    ['ann', 'bob'].map((name) => system.post('/api/failures/retry', { step: 'pay', rate: 20 }, as(name))),
  );
  const bulks = (await Promise.all(answers.map((answer) => answer.json()))) as { bulk_id: string; total: number }[];
  expect(bulks.map(({ total }) => total)).toEqual([20, 20]);
  const ends = await Promise.all(
    bulks.map(({ bulk_id }) =>
      until(
        async () => {
          const bulk = await system.get(`/api/bulk/${bulk_id}`);
          return bulk.state === 'done' && bulk;
        },
        { within: 30_000, every: 200 },
      ),
    ),
  );
  const sumOf = (count: 'done' | 'skipped' | 'held_again') => ends.reduce((sum, bulk) => sum + bulk[count], 0);
  expect([sumOf('done') + sumOf('skipped'), sumOf('held_again')]).toEqual([40, 0]);
  expect(sumOf('done')).toBeGreaterThanOrEqual(20);
  for (const id of ids) {
    await system.untilStatus(id, 'confirmed');
    expect(await system.kindsOf('payment', id)).toEqual(['pay']);
  }
}, 90_000);

test('a held order whose run was terminated, cancelled: everything is given back', async () => {
  const id = await system.place({ payment_method: 'pm_invalid' });
  await system.untilStatus(id, 'held');
  await terminate(id);
  await system.untilStatus(id, 'failed');
  expect((await system.post(`/api/orders/${id}/cancel`)).status).toBe(202);
  await system.untilStatus(id, 'cancelled');
  expect(await system.kindsOf('inventory', id)).toEqual(['deduct', 'restore']);
}, 60_000);

test('a payment that was taken without anybody hearing of it stands, whatever method it is amended to', async () => {
  await system.faults('payment', { fail_after: 1, paths: ['/pay'] });
  const id = await system.place();
  // The first answer is lost; the next one is "it happened": so every one must be.
  await system.untilStatus(id, 'held');
  await system.faults('payment', {});
  expect((await system.post(`/api/orders/${id}/amend`, { payment_method: 'pm_other' })).status).toBe(202);
  await system.untilStatus(id, 'confirmed');
  expect(await system.ledger('payment', id)).toMatchObject([{ kind: 'pay', idempotency_key: `${id}:pay` }]);
}, 60_000);

test('of two operators who decide at once one is told that the other was first', async () => {
  const id = await system.place({ payment_method: 'pm_invalid' });
  await system.untilStatus(id, 'held');
  const answers = await Promise.all(
    ['ann', 'bob'].map((name) => system.post(`/api/orders/${id}/amend`, { payment_method: `pm_${name}` }, as(name))),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409]);
  const lost = await answers.find(({ status }) => status === 409)?.json();
  expect(lost).toMatchObject({ code: 'order_not_held', order_status: expect.any(String) });
  await system.untilStatus(id, 'confirmed');
  const { actions } = await system.get(`/api/actions?order_id=${id}`);
  expect(actions.map(({ outcome }: { outcome: string }) => outcome).toSorted()).toEqual(['refused', 'taken']);
  expect(await system.kindsOf('payment', id)).toEqual(['pay']);
}, 60_000);
