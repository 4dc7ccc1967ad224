import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { firstPassActivity } from '../../src/activities/first-pass.ts';
import { PROCESS_ORDER, TASK_QUEUE, workflowIdOf } from '../../src/domain/names.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { OtherCode, payFirst } from '../support/other-code.ts';
import { until } from '../support/until.ts';
import { bundlePath, inputOf, type OrderHandle, WorkflowHarness } from '../support/workflow-harness.ts';
import { replayed } from './replayed.ts';

const directory = mkdtempSync(join(tmpdir(), 'saved-histories-'));
const MARKER = 'pm_marker_4711';
const before = process.env.TEMPORAL_ADDRESS;
let harness: WorkflowHarness;

beforeAll(async () => {
  harness = await WorkflowHarness.start('development');
  process.env.TEMPORAL_ADDRESS = harness.environment.address;
});
afterAll(async () => {
  if (before === undefined) delete process.env.TEMPORAL_ADDRESS;
  else process.env.TEMPORAL_ADDRESS = before;
  rmSync(directory, { recursive: true });
  await harness.stop();
});

const idOf = ({ workflowId }: OrderHandle) => workflowId.replace('order-', '');
const everything = (file: string) => {
  const text = readFileSync(file, 'utf8');
  const payloads = [...text.matchAll(/"data": "([^"]+)"/g)].map(([, data]) => Buffer.from(data as string, 'base64'));
  return [text, ...payloads].join('\n');
};

test('an order that is held goes on, and breaks under another story', async () => {
  const handle = await harness.place(new FakeWorld().fail('takePayment', 'service_contract'));
  await until(async () => (await handle.query<{ status: string }>('progress')).status === 'held');
  expect(await replayed(idOf(handle))).toMatchObject({ code: 0, err: '' });
  using code = new OtherCode(payFirst);
  const { code: exit, out } = await replayed(idOf(handle), '--workflows', code.path);
  expect(exit).toBe(1);
  expect(out).toContain(`order ${idOf(handle)}`);
  await handle.terminate();
});

test('an order that no worker has touched goes on', async () => {
  const id = randomUUID();
  const { workflow } = harness.environment.client;
  const handle = await workflow.start(PROCESS_ORDER, {
    taskQueue: 'nobody',
    workflowId: workflowIdOf(id),
    args: [inputOf({ id })],
  });
  expect(await replayed(id)).toMatchObject({ code: 0 });
  await handle.terminate();
});

test('--failed finds the runs that were terminated', async () => {
  const handle = await harness.place(new FakeWorld().fail('takePayment', 'service_contract'));
  await until(async () => (await handle.query<{ status: string }>('progress')).status === 'held');
  await handle.terminate();
  using code = new OtherCode(payFirst);
  await until(async () => (await replayed('--failed', '--workflows', code.path)).out.includes(idOf(handle)));
});

test('--since finds every run on our queue', async () => {
  const world = new FakeWorld();
  const worker = await Worker.create({
    connection: harness.environment.nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowBundle: { codePath: await bundlePath() },
    activities: { ...world.activities, ...firstPassActivity(world.activities) },
  });
  await worker.runUntil(async () => {
    const id = randomUUID();
    const workflowId = workflowIdOf(id);
    const { workflow } = harness.environment.client;
    await workflow.execute(PROCESS_ORDER, { taskQueue: TASK_QUEUE, workflowId, args: [inputOf({ id })] });
  });
  await until(async () => {
    const { code, out } = await replayed('--since', '1h', '--json');
    return code === 0 && JSON.parse(out).replayed === 1;
  });
});

test('a saved order has nothing personal, and still replays', async () => {
  const world = new FakeWorld().fail('takePayment', 'service_unreachable', { times: 2 });
  const handle = await harness.place(world, { paymentMethod: MARKER });
  await handle.result();
  const { code, out } = await replayed(idOf(handle), '--save', 'kept', '--into', directory);
  expect(code).toBe(0);
  expect(out).toContain('kept.json');
  const file = join(directory, 'kept.json');
  const text = everything(file);
  for (const personal of [MARKER, idOf(handle), hostname(), 'identity', 'stackTrace', 'is to fail', '0af7651916cd43dd'])
    expect(text).not.toContain(personal);
  expect(text).toContain('sku-1');
  expect(await replayed(file)).toMatchObject({ code: 0 });
  const { events } = JSON.parse(readFileSync(file, 'utf8'));
  const [, saved] = /^order-(.*)$/.exec(events[0].workflowExecutionStartedEventAttributes.workflowId) ?? [];
  expect(text.split(saved as string).length).toBeGreaterThan(3);

  expect(await replayed(idOf(handle), '--save', 'kept', '--into', directory)).toMatchObject({ code: 2 });
});

test('an order that Temporal does not know is told apart from one that breaks', async () => {
  expect(await replayed(randomUUID())).toMatchObject({ code: 3, err: expect.stringContaining('no run') });
});
