import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { workflowIdOf } from '../../src/domain/names.ts';
import { RunningSystem } from '../support/running-system.ts';
import { temporalCliPath } from '../support/temporal-server.ts';
import { until } from '../support/until.ts';
import { VersionedWorker } from '../support/versioned-worker.ts';

const SETTINGS = { LOG_LEVEL: 'info', STEP_PATIENCE: '5s' };

let system: RunningSystem;
let connection: Connection;
const workers: VersionedWorker[] = [];

beforeAll(async () => {
  // The embedded worker is of a version that never becomes the current one: it has no part in this.
  system = await RunningSystem.start({ ...SETTINGS, WORKER_BUILD_ID: 'v0' });
  connection = await Connection.connect({ address: `127.0.0.1:${system.ports.TEMPORAL_PORT}` });
}, 90_000);
afterAll(async () => {
  await Promise.all([...workers.map((worker) => worker.stop()), connection?.close()]);
  await system.remove();
}, 60_000);

async function startWorker(buildId: string): Promise<VersionedWorker> {
  const worker = await VersionedWorker.start(system, buildId, SETTINGS);
  workers.push(worker);
  return worker;
}

async function temporal(...args: string[]): Promise<string> {
  const address = `127.0.0.1:${system.ports.TEMPORAL_PORT}`;
  const { stdout } = await promisify(execFile)(await temporalCliPath(), [...args, '--address', address]);
  return stdout;
}

const setCurrent = (buildId: string): Promise<string> =>
  temporal(
    ...['worker', 'deployment', 'set-current-version', '--deployment-name', 'durable-orders'],
    ...['--build-id', buildId, '--yes'],
  );

/** The versions that ran an order, in their order, once its run is over. */
async function versionsOf(orderId: string): Promise<(string | undefined)[]> {
  const run = new Client({ connection }).workflow.getHandle(workflowIdOf(orderId));
  await run.result();
  const { events } = await run.fetchHistory();
  const ran = (events ?? []).flatMap(({ workflowTaskCompletedEventAttributes: task }) =>
    task ? [task.deploymentVersion?.buildId ?? undefined] : [],
  );
  return [...new Set(ran)];
}

const placeMany = (count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, () => system.place()));

async function expectPaidOnceOn(ids: string[], versions: string[]): Promise<void> {
  for (const id of ids) {
    expect((await system.order(id)).status).toBe('confirmed');
    expect(await versionsOf(id)).toEqual(versions);
    expect(await system.kindsOf('payment', id)).toEqual(['pay']);
  }
}

async function hold(count: number): Promise<string[]> {
  await system.faults('payment', { fail: 1 });
  const ids = await placeMany(count);
  for (const id of ids) await system.untilStatus(id, 'held');
  await system.faults('payment', {});
  return ids;
}

test('while no version is current orders wait in PostgreSQL, and the log has the command that lets them go on', async () => {
  const v1 = await startWorker('v1');
  await v1.untilItSays('no version is current');
  expect(v1.output).toContain('set-current-version --deployment-name durable-orders --build-id v1');
  const id = await system.place();
  expect((await system.order(id)).status).toBe('accepted');
  await setCurrent('v1');
  await system.untilStatus(id, 'confirmed');
  await expectPaidOnceOn([id], ['v1']);
}, 60_000);

test('orders under way and held stay with their version, new ones run on the current one, each is paid once', async () => {
  const [v1] = workers as [VersionedWorker];
  const v2 = await startWorker('v2');
  const [retried, moved] = (await hold(2)) as [string, string];
  await system.faults('payment', { latency_ms: 2000 });
  const old = await placeMany(20);
  await system.untilNoneIs('accepted', 10_000);

  await setCurrent('v2');
  await v1.untilItSays('another version takes new orders');
  await v2.untilItSays('this version takes new orders');
  const young = await placeMany(20);
  await system.untilAllSettled(60_000);
  await system.faults('payment', {});
  await expectPaidOnceOn(old, ['v1']);
  await expectPaidOnceOn(young, ['v2']);

  await system.post(`/api/orders/${retried}/retry`);
  await system.untilStatus(retried, 'confirmed');
  await expectPaidOnceOn([retried], ['v1']);

  const left = 'TemporalWorkerDeploymentVersion = "durable-orders:v1" AND ExecutionStatus = "Running"';
  const countLeft = async () => Number(/\d+/.exec(await temporal('workflow', 'count', '--query', left))?.[0]);
  await until(async () => (await countLeft()) === 1);
  await temporal(
    ...['workflow', 'update-options', '--query', left, '--yes', '--versioning-override-behavior', 'one_time'],
    ...['--versioning-override-deployment-name', 'durable-orders', '--versioning-override-build-id', 'v2'],
  );
  await until(async () => (await countLeft()) === 0);
  expect(await v1.stop()).toBe(0);
  await system.post(`/api/orders/${moved}/retry`);
  await system.untilStatus(moved, 'confirmed');
  await expectPaidOnceOn([moved], ['v1', 'v2']);
}, 180_000);

test('rolled back, new orders run on the version before', async () => {
  const v2 = workers[1] as VersionedWorker;
  await startWorker('v1');
  v2.output = '';
  await setCurrent('v1');
  await v2.untilItSays('another version takes new orders');
  const ids = await placeMany(5);
  await system.untilAllSettled(30_000);
  await expectPaidOnceOn(ids, ['v1']);
}, 90_000);
