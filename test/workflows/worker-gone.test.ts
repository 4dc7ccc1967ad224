import { progressQuery, retryUpdate } from '../../src/workflows/messages.ts';
import { FakeWorld, type Name } from '../support/fake-world.ts';
import { until } from '../support/until.ts';
import { type OrderHandle, WorkflowHarness } from '../support/workflow-harness.ts';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await WorkflowHarness.start('development');
});
afterAll(() => harness.stop());

test('an order goes on under the next worker, and is paid once', async () => {
  const world = new FakeWorld().fail('takePayment', 'service_unreachable', { afterwards: true });
  const handle = await harness.place(world);
  await until(() => world.countOf('takePayment') >= 3);
  await harness.stopWorker();
  const deductions = world.countOf('deductStock');
  world.heal('takePayment');
  await harness.startWorker();
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(world.payments).toEqual([4200]);
  expect(world.countOf('deductStock')).toBe(deductions);
});

test('local attempts that were lost with their worker are made again, with one effect', async () => {
  let release = () => {};
  const stuck = new Promise<void>((resolve) => {
    release = resolve;
  });
  const world = new FakeWorld();
  world.onCall((activity) => (activity === 'takePayment' && world.countOf('takePayment') === 1 ? stuck : undefined));
  const handle = await harness.place(world);
  await until(() => world.countOf('takePayment') === 1);
  const stopping = harness.stopWorker();
  release();
  await stopping;
  await harness.startWorker();
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(world.payments).toEqual([4200]);
  expect(world.deducted).toEqual(new Map([['sku-1', 2]]));
});

test('an order that is being undone when its worker goes is undone by the next one, for the reason that it had', async () => {
  let release = () => {};
  const stuck = new Promise<void>((resolve) => {
    release = resolve;
  });
  const world = new FakeWorld().fail('takePayment', 'card_declined');
  world.onCall((activity) => (activity === 'restoreStock' && world.countOf('restoreStock') === 1 ? stuck : undefined));
  const handle = await harness.place(world);
  await until(() => world.countOf('restoreStock') === 1);
  const stopping = harness.stopWorker();
  release();
  await stopping;
  await harness.startWorker();
  expect(await handle.result()).toEqual({ status: 'rejected' });
  expect(world.reports.at(-1)?.failure?.code).toBe('card_declined');
  expect(world.countOf('deductStock')).toBe(1);
  expect(world.stillDeducted).toBe(0);
});

/** Lost with its task, what an operator has asked for is forgotten: nothing may have come of it by then. */
test.each<[string, Name, (world: FakeWorld) => FakeWorld]>([
  ['a held order', 'takePayment', (world) => world],
  ['a held undo', 'refundPayment', (world) => world.fail('takePayment', 'card_declined')],
])('%s is let go on in its history before it is so in the database', async (_, broken, prepared) => {
  const world = prepared(new FakeWorld().fail(broken, 'service_contract'));
  const handle = await harness.place(world);
  await until(async () => (await handle.query(progressQuery)).status === 'held');
  world.heal(broken);
  const wasOnRecord: boolean[] = [];
  world.onCall(async () => void wasOnRecord.push(await isUpdated(handle)));
  await handle.executeUpdate(retryUpdate);
  await handle.result();
  expect(wasOnRecord[0]).toBe(true);
});

async function isUpdated(handle: OrderHandle): Promise<boolean> {
  const { events } = await handle.fetchHistory();
  return events?.some((event) => event.workflowExecutionUpdateAcceptedEventAttributes) ?? false;
}
