import { encryptionFrom } from '../../src/encryption/encryption.ts';
import { cancelUpdate, retryUpdate } from '../../src/workflows/messages.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { aKey, KeysFile } from '../support/payload-keys.ts';
import { currentDetailsOf, storedOf } from '../support/raw-history.ts';
import { until } from '../support/until.ts';
import { type OrderHandle, WorkflowHarness } from '../support/workflow-harness.ts';

const keys = new KeysFile(aKey('k1'));
let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await WorkflowHarness.start('development', encryptionFrom(keys.path));
});
afterAll(async () => {
  await harness.stop();
  keys[Symbol.dispose]();
});

/**
 * Everything that a run is told, what failures say (FakeWorld's: `is to fail`), and where they come from. So long that
 * ciphertext, its base64 and nanoseconds have none by chance; a currency is found as a call and a summary write it.
 */
const MARKERS = ['pm_marker', 'xx-MARKER', 'sku-marker', '424242424242', '"MRK"', ' MRK"', 'is to fail', 'fake-world'];
const markedOrder = {
  paymentMethod: 'pm_marker',
  locale: 'xx-MARKER',
  items: [{ productId: 'sku-marker', quantity: 2 }],
  amount: 424_242_424_242,
  currency: 'MRK',
};
const place = (world: FakeWorld) => harness.place(world, markedOrder, { stepPatience: '3s' });
const stored = ({ workflowId }: OrderHandle) => storedOf(harness.environment.connection, workflowId);
const found = (text: string) => MARKERS.filter((marker) => text.includes(marker));
const untilHeld = (handle: OrderHandle) =>
  until(
    async () => {
      const progress = await handle.query<{ status: string; failure: { code: string; detail: string } }>('progress');
      return progress.status === 'held' && progress.failure;
    },
    { within: 15_000, every: 100 },
  );

test('of an order that is confirmed, Temporal keeps nothing that can be read', async () => {
  const handle = await place(new FakeWorld());
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  const text = await stored(handle);
  expect(text).toContain('binary/encrypted');
  expect(found(text)).toEqual([]);
  expect(text).not.toContain('confirmed'); // the result, and the summary of the step that stores it
});

test('of an order that fails on the way, is held, retried and cancelled, neither: failures are encrypted too', async () => {
  const world = new FakeWorld()
    .fail('takePayment', 'service_unreachable')
    .fail('restoreStock', 'service_error', { times: 2 });
  const handle = await place(world);
  expect(await untilHeld(handle)).toMatchObject({
    code: 'service_unreachable',
    detail: expect.stringContaining('is to fail'),
  });
  expect(found(await currentDetailsOf(harness.environment.connection, handle))).toEqual([]);
  await handle.executeUpdate(retryUpdate);
  await untilHeld(handle);
  await handle.executeUpdate(cancelUpdate);
  expect(await handle.result()).toEqual({ status: 'cancelled' });
  const text = await stored(handle);
  expect(text).toContain('Encoded failure');
  expect(found(text)).toEqual([]);
});

test('of a run that fails itself, neither; who has the keys is told why', async () => {
  const handle = await place(new FakeWorld().fail('recordStatus', 'service_contract'));
  await expect(handle.result()).rejects.toMatchObject({
    cause: { type: 'service_contract', message: 'recordStatus is to fail' },
  });
  const text = await stored(handle);
  expect(text).toContain('workflowExecutionFailedEventAttributes');
  expect(found(text)).toEqual([]);
});

test('an update that is refused is told with its reason', async () => {
  const handle = await place(new FakeWorld().fail('takePayment', 'service_unreachable'));
  await expect(handle.executeUpdate(retryUpdate)).rejects.toMatchObject({
    cause: { type: 'order_not_held', message: 'the order is not held' },
  });
  await handle.executeUpdate(cancelUpdate);
  await handle.result();
});

test('what the run says of itself is decrypted for those who have the keys', async () => {
  const handle = await place(new FakeWorld());
  await handle.result();
  const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  expect(currentDetails).toBe('The order is **confirmed**.');
});
