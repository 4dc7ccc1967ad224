import { encryptionFrom } from '../../src/encryption/encryption.ts';
import { retryUpdate } from '../../src/workflows/messages.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { aKey, KeysFile } from '../support/payload-keys.ts';
import { storedOf } from '../support/raw-history.ts';
import { until } from '../support/until.ts';
import { type OrderHandle, WorkflowHarness } from '../support/workflow-harness.ts';

const [FIRST, SECOND] = [aKey('first'), aKey('second')];
const keys = new KeysFile();
const encryptionBy = (...lines: string[]) => encryptionFrom(keys.write(...lines).path);

let harness: WorkflowHarness;
beforeAll(async () => {
  // The client can read everything; what changes is the worker.
  harness = await WorkflowHarness.start('development', encryptionBy('clear', FIRST, SECOND));
});
afterAll(async () => {
  await harness.stop();
  keys[Symbol.dispose]();
});

const statusOf = async (handle: OrderHandle) => (await handle.query<{ status: string }>('progress')).status;

/** An order that is held by a worker as it was, to be seen through by a worker as it will be. */
async function heldOrder() {
  const world = new FakeWorld().fail('takePayment', 'service_contract');
  const handle = await harness.place(world, { paymentMethod: 'pm_marker' });
  await until(async () => (await statusOf(handle)) === 'held', { within: 15_000 });
  world.heal('takePayment');
  return { world, handle };
}

async function restart(...lines: string[]): Promise<void> {
  await harness.stopWorker();
  await harness.startWorker(encryptionBy(...lines));
}

test('an order that was started in clear goes on when encryption is switched on', async () => {
  const { world, handle } = await heldOrder();
  await restart(FIRST);
  await handle.executeUpdate(retryUpdate);
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(world.methods).toEqual(['pm_marker']);
  const text = await storedOf(harness.environment.connection, handle.workflowId);
  expect(text).toContain('pm_marker'); // what was written before stays as it was
  expect(text).toContain('binary/encrypted');
});

test('an order under an old key goes on after a rotation, and what is new is under the new one', async () => {
  await restart(FIRST);
  const { handle } = await heldOrder();
  await restart(SECOND, FIRST);
  await handle.executeUpdate(retryUpdate);
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  const text = await storedOf(harness.environment.connection, handle.workflowId);
  for (const id of ['first', 'second']) expect(text).toContain(`"${Buffer.from(id).toString('base64')}"`);
});

test('an encrypted order goes on when encryption is switched off, for as long as its key is there', async () => {
  await restart(FIRST);
  const { handle } = await heldOrder();
  await restart('clear', FIRST);
  await handle.executeUpdate(retryUpdate);
  expect(await handle.result()).toEqual({ status: 'confirmed' });
});

test('a worker without the key does not harm an order: it waits until the key is back', async () => {
  await restart(FIRST);
  const { world, handle } = await heldOrder();
  await restart(SECOND);
  const retried = handle.executeUpdate(retryUpdate);
  const failedTask = async () =>
    (await storedOf(harness.environment.connection, handle.workflowId)).includes('workflowTaskFailed');
  await until(failedTask, { within: 20_000, every: 250 });
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await restart(SECOND, FIRST);
  await retried;
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(world.payments).toHaveLength(1);
}, 60_000);
