import { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { v7 as uuidv7 } from 'uuid';
import type { Activities } from '../../src/activities/contract.ts';
import { firstPassActivity } from '../../src/activities/first-pass.ts';
import { TASK_QUEUE, workflowIdOf } from '../../src/domain/names.ts';
import { doesMoreFrom, endRunWith, fateFrom } from '../../src/relay/fates.ts';
import { orderStarter } from '../../src/relay/starter.ts';
import { oldestWaitingFrom } from '../../src/temporal/waiting-tasks.ts';
import { anOrderRequest, TRACE_ID, TRACEPARENT } from '../support/orders.ts';
import { temporalCliPath } from '../support/temporal-server.ts';
import { until } from '../support/until.ts';

let temporal: TestWorkflowEnvironment;
let client: Client;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const path = await temporalCliPath();
  temporal = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path } } });
  client = new Client({ connection: temporal.nativeConnection }); // eager starts need the worker's own connection
});
afterAll(() => temporal.teardown());

const claimed = (request = anOrderRequest()) => ({
  order_id: uuidv7(),
  request,
  traceparent: TRACEPARENT,
  amendments: 0,
  earlier: null,
  isCancelled: false,
});
const start = (order = claimed()) => orderStarter(client, { stepPatience: '1m', holdLimit: '1h' })(order);
const handleOf = (orderId: string) => client.workflow.getHandle(workflowIdOf(orderId));
const fateOf = (orderId: string) => fateFrom(client)(orderId);

/** As a worker does that can't go on with it. Tasks of other orders are put off by that, too. */
async function failTaskOf(orderId: string): Promise<void> {
  const { workflowService } = temporal.connection;
  for (;;) {
    const poll = () => workflowService.pollWorkflowTaskQueue({ namespace: 'default', taskQueue: { name: TASK_QUEUE } });
    const { taskToken, workflowExecution } = await temporal.connection.withDeadline(Date.now() + 20_000, poll);
    if (!taskToken?.length) continue;
    await workflowService.respondWorkflowTaskFailed({ namespace: 'default', taskToken });
    if (workflowExecution?.workflowId === workflowIdOf(orderId)) return;
  }
}

describe('starting an order', () => {
  test('starts its run, by its workflow id, on the queue of the workers', async () => {
    const order = claimed();
    expect(await start(order)).toBe('queued'); // there is no worker yet
    expect(await handleOf(order.order_id).describe()).toMatchObject({
      type: 'processOrder',
      taskQueue: TASK_QUEUE,
      workflowId: `order-${order.order_id}`,
      status: { name: 'RUNNING' },
    });
  });

  test('has its orders go on ten seconds after the worker that had their task is gone', async () => {
    const order = claimed();
    await start(order);
    const { raw } = await handleOf(order.order_id).describe();
    expect(Number(raw.executionConfig?.defaultWorkflowTaskTimeout?.seconds)).toBe(10);
  });

  test('twice is already started the second time', async () => {
    const order = claimed();
    await start(order);
    expect(await start(order)).toBe('already_started');
  });

  test('without a worker is seen as waiting, and for how long', async () => {
    const askOldestWaiting = oldestWaitingFrom(temporal.nativeConnection, 'default');
    await start();
    await until(async () => (await askOldestWaiting()) > 0.5, { within: 20_000 });
  });

  test('by many relays at once starts it once', async () => {
    const order = claimed();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => start(order)));
    expect(outcomes.toSorted()).toEqual([...Array.from({ length: 9 }, () => 'already_started'), 'queued']);
  });

  test('again is possible where its run was terminated', async () => {
    const order = claimed();
    await start(order);
    await handleOf(order.order_id).terminate('by an operator');
    expect(await start(order)).toBe('queued');
  });

  test('gives the run everything it needs, and nobody’s personal data', async () => {
    const order = claimed(
      anOrderRequest({
        customer: { id: 'customer-of-ours', email: 'jane@example.com', locale: 'de' },
        metadata: { note: 'for aunt Agatha' },
      }),
    );
    await start(order);
    const history = await handleOf(order.order_id).fetchHistory();
    const event = JSON.stringify(history, (key, value) =>
      key === 'data' ? Buffer.from(value, 'base64').toString() : value,
    );
    for (const needed of [order.order_id, 'sku-1', '4200', 'pm_card', 'de', TRACE_ID]) expect(event).toContain(needed);
    for (const personal of ['of-ours', 'jane', 'example.com', 'Agatha']) expect(event).not.toContain(personal);
  });

  test('is not possible while Temporal is away, and says so', async () => {
    const away = orderStarter({ withDeadline: () => Promise.reject(new Error('14 UNAVAILABLE')) } as never, {
      stepPatience: '1m',
      holdLimit: '1h',
    });
    await expect(away(claimed())).rejects.toThrow('UNAVAILABLE');
  });
});

describe('the fate of a run', () => {
  test('is missing where there never was one', async () => {
    expect(await fateOf(uuidv7())).toEqual({ is: 'missing' });
  });

  test('is running where it waits for a worker', async () => {
    const order = claimed();
    await start(order);
    expect(await fateOf(order.order_id)).toEqual({ is: 'running' });
  });

  test('is closed, and how, where an operator terminated it', async () => {
    const order = claimed();
    await start(order);
    await handleOf(order.order_id).terminate();
    expect(await fateOf(order.order_id)).toEqual({ is: 'closed', how: 'TERMINATED' });
  });

  test.each([
    ['as it began', false],
    ['and only undoes', true],
  ])('is failing where its workflow task fails for the fifth time, %s', async (_, isCancelled) => {
    const order = { ...claimed(), isCancelled };
    await start(order);
    for (let failed = 1; failed <= 4; failed += 1) {
      expect((await fateOf(order.order_id)).is).toBe('running');
      await failTaskOf(order.order_id);
    }
    const { runId } = await handleOf(order.order_id).describe();
    const failing = async () => (await fateOf(order.order_id)).is === 'failing';
    await until(failing, { within: 20_000 });
    expect(await fateOf(order.order_id)).toEqual({ is: 'failing', runId });
    expect(await doesMoreFrom(client)(order.order_id, runId)).toBe(!isCancelled);

    await endRunWith(client)(order.order_id, runId);
    expect(await fateOf(order.order_id)).toEqual({ is: 'closed', how: 'TERMINATED' });
    expect(await start(order)).toBe('queued');
    await endRunWith(client)(order.order_id, runId); // this very run, which has ended
    expect(await fateOf(order.order_id)).toEqual({ is: 'running' });
    await handleOf(order.order_id).terminate();
  });

  test('is what it ended with, where it ended', async () => {
    const order = claimed();
    await start(order);
    const attempt = async () => ({ attempt: 1 });
    const activities = {
      deductStock: attempt,
      takePayment: attempt,
      sendNotification: attempt,
      recordStatus: async () => ({ attempt: 1, status: 'confirmed' }),
    };
    const worker = await Worker.create({
      connection: temporal.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowsPath: new URL('../../src/workflows/index.ts', import.meta.url).pathname,
      activities: { ...activities, ...firstPassActivity(activities as unknown as Activities) },
    });
    await worker.runUntil(handleOf(order.order_id).result());
    expect(await fateOf(order.order_id)).toEqual({ is: 'completed', status: 'confirmed' });
    expect(await start(order)).toBe('already_started');
  });
});
