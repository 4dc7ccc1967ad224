import { randomUUID } from 'node:crypto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { ReviewActivities } from '../../src/activities/contract.ts';
import type { reviewOrders } from '../../src/workflows/review-orders.ts';
import { testServerPath } from '../support/temporal-server.ts';
import { bundlePath } from '../support/workflow-harness.ts';

let environment: TestWorkflowEnvironment;
const said: string[] = [];
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('WARN', ({ message }) => said.push(message)) });
  environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: await testServerPath() } },
  });
});
afterAll(() => environment.teardown());

async function review(deliverDigest: ReviewActivities['deliverDigest']) {
  const times: string[] = [];
  const activities: ReviewActivities = {
    takeDigest: async ({ scheduledAt }) => {
      times.push(scheduledAt);
      return { total: 3, groups: 1 };
    },
    deliverDigest: async (call) => {
      times.push(call.scheduledAt);
      return await deliverDigest(call);
    },
  };
  const taskQueue = randomUUID();
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: { codePath: await bundlePath() },
    activities,
  });
  return await worker.runUntil(async () => {
    const run = await environment.client.workflow.start<typeof reviewOrders>('reviewOrders', {
      taskQueue,
      workflowId: randomUUID(),
    });
    const outcome = await run.result();
    const { startTime, closeTime } = await run.describe();
    return { outcome, times, minutes: (Number(closeTime) - Number(startTime)) / 60_000 };
  });
}

test('takes the digest and delivers that very one', async () => {
  const { outcome, times } = await review(async () => 'delivered');
  expect(outcome).toEqual({ waiting: 3, delivery: 'delivered' });
  expect(times).toHaveLength(2);
  expect(times[1]).toBe(times[0]);
});

test('delivers it once the receiver is back', async () => {
  let tries = 0;
  const { outcome } = await review(async () => {
    tries += 1;
    if (tries < 4) throw new Error('the webhook answered 503');
    return 'delivered';
  });
  expect(outcome.delivery).toBe('delivered');
  expect(tries).toBe(4);
});

test('gives up after an hour, says so, and is not failed by it', async () => {
  const { outcome, minutes } = await review(async () => {
    throw new Error('the webhook answered 500');
  });
  expect(outcome).toEqual({ waiting: 3, delivery: 'given_up' });
  expect(minutes).toBeGreaterThan(50);
  expect(minutes).toBeLessThan(61);
  expect(said).toContain('the review could not be delivered; it is given up');
});
