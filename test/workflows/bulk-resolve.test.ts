import { randomUUID } from 'node:crypto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { BulkProgress } from '../../src/activities/contract.ts';
import { BULK_RESOLVE, bulkWorkflowIdOf } from '../../src/domain/names.ts';
import { changedSignal } from '../../src/workflows/bulk-resolve.ts';
import { testServerPath } from '../support/temporal-server.ts';
import { bundlePath } from '../support/workflow-harness.ts';

type Next = BulkProgress['next'];

let environment: TestWorkflowEnvironment;
let worker: Worker;
let running: Promise<void>;
/** What `resolveSome` answers, by bulk. */
const answers = new Map<string, (call: number) => Next | Promise<Next>>();
const calls = new Map<string, number[]>();

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: await testServerPath() } },
  });
  worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: 'bulks-under-test',
    workflowBundle: { codePath: await bundlePath() },
    activities: {
      async resolveSome({ bulkId }: { bulkId: string }): Promise<BulkProgress> {
        const at = calls.get(bulkId) ?? [];
        calls.set(bulkId, [...at, Number(await environment.currentTimeMs())]);
        const next = await answers.get(bulkId)?.(at.length + 1);
        return { next: next ?? 'end', counts: { waiting: 0, asked: 0, done: 0, held_again: 0, skipped: 0 } };
      },
    },
  });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await environment.teardown();
});

async function start(answer: (call: number) => Next | Promise<Next>) {
  const bulkId = randomUUID();
  answers.set(bulkId, answer);
  const handle = await environment.client.workflow.start(BULK_RESOLVE, {
    taskQueue: 'bulks-under-test',
    workflowId: bulkWorkflowIdOf(bulkId),
    args: [{ bulkId }],
  });
  return { handle, callsOf: () => calls.get(bulkId) ?? [] };
}

test('asks second by second until there is nothing left, and then follows', async () => {
  const { handle, callsOf } = await start((call) => (call < 4 ? 'ask' : call < 6 ? 'follow' : 'end'));
  await handle.result();
  expect(callsOf()).toHaveLength(6);
});

test('looks less and less often at orders that take their time', async () => {
  const { handle, callsOf } = await start((call) => (call < 10 ? 'follow' : 'end'));
  await handle.result();
  const gaps = callsOf().map((at, index, all) => Math.round((at - (all[index - 1] ?? at)) / 1000));
  expect(gaps.slice(1, 9)).toEqual([1, 2, 4, 8, 15, 15, 15, 15]);
});

test('rests while it is paused, and goes on when it is told so', async () => {
  let isPaused = true;
  const { handle, callsOf } = await start(() => (isPaused ? 'rest' : 'end'));
  await environment.sleep('10s');
  expect(callsOf()).toHaveLength(1);
  isPaused = false;
  await handle.signal(changedSignal);
  await handle.result();
  expect(callsOf()).toHaveLength(2);
});

test('finds out by itself where the word was lost', async () => {
  let isPaused = true;
  const { handle } = await start(() => (isPaused ? 'rest' : 'end'));
  isPaused = false;
  await handle.result();
});

test('goes on through an outage of what it asks', async () => {
  const { handle } = await start((call) => {
    if (call < 5) throw new Error('away');
    return 'end';
  });
  await handle.result();
});

test('continues as new before its history grows large', async () => {
  const { handle } = await start((call) => (call < 1500 ? 'ask' : 'end'));
  await handle.result();
  const first = environment.client.workflow.getHandle(handle.workflowId, handle.firstExecutionRunId);
  const { status, historyLength } = await first.describe();
  expect(status.name).toBe('CONTINUED_AS_NEW');
  expect(historyLength).toBeLessThan(5000);
}, 120_000);
