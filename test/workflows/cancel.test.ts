import { cancelUpdate } from '../../src/workflows/messages.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { until } from '../support/until.ts';
import { WorkflowHarness } from '../support/workflow-harness.ts';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await WorkflowHarness.start();
});
afterAll(() => harness.stop());

describe.each(['deductStock', 'takePayment'] as const)('cancelled while %s is being retried', (activity) => {
  test('an order is undone and cancelled', async () => {
    const world = new FakeWorld().fail(activity, 'service_unreachable', { afterwards: true });
    const handle = await harness.place(world);
    await until(() => world.countOf(activity) >= 3);
    await handle.executeUpdate(cancelUpdate);
    expect(await handle.result()).toEqual({ status: 'cancelled' });
    expect(world.status).toBe('cancelled');
    expect(world.stillDeducted).toBe(0);
    expect(world.captured).toBe(0);
    expect(world.notifications).toEqual([]);
  });
});

test('a cancellation from outside, as the Web UI sends it, undoes the order as well', async () => {
  const world = new FakeWorld().fail('takePayment', 'service_unreachable', { afterwards: true });
  const handle = await harness.place(world);
  await until(() => world.countOf('takePayment') >= 3);
  await handle.cancel();
  expect(await handle.result()).toEqual({ status: 'cancelled' });
  expect(world.stillDeducted).toBe(0);
  expect(world.captured).toBe(0);
});

test('while it is being confirmed it is too late', async () => {
  const world = new FakeWorld().fail('recordStatus', 'database_unavailable', { times: 4 });
  const handle = await harness.place(world);
  await until(() => world.countOf('recordStatus') >= 2);
  await expect(handle.executeUpdate(cancelUpdate)).rejects.toMatchObject({ cause: { type: 'order_not_cancellable' } });
  expect(await handle.result()).toEqual({ status: 'confirmed' });
});

test('a cancellation from outside does not stop an order that is being confirmed half-way', async () => {
  const world = new FakeWorld().fail('recordStatus', 'database_unavailable', { times: 4 });
  const handle = await harness.place(world);
  await until(() => world.countOf('recordStatus') >= 2);
  await handle.cancel();
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(world.notifications).toHaveLength(1);
  expect(world.captured).toBe(4200);
});

test('once it is confirmed it is too late', async () => {
  const world = new FakeWorld().fail('sendNotification', 'service_unreachable', { times: 4 });
  const handle = await harness.place(world);
  await until(() => world.countOf('sendNotification') >= 2);
  await expect(handle.executeUpdate(cancelUpdate)).rejects.toMatchObject({ cause: { type: 'order_not_cancellable' } });
  expect(await handle.result()).toEqual({ status: 'confirmed' });
});

// A task of it that was lost may have come further than the run knows.
test('every step is undone, begun or not', async () => {
  const world = new FakeWorld().fail('deductStock', 'service_unreachable');
  const handle = await harness.place(world);
  await until(() => world.countOf('deductStock') >= 3);
  await handle.executeUpdate(cancelUpdate);
  expect(await handle.result()).toEqual({ status: 'cancelled' });
  expect([world.countOf('refundPayment'), world.countOf('restoreStock')]).toEqual([1, 1]);
  expect(world.reports.at(-1)?.steps.find(({ step }) => step === 'pay')?.state).toBe('waiting');
});

test('one whose confirmation is stored already, by a task that was lost with its worker, stays confirmed', async () => {
  const world = new FakeWorld().fail('takePayment', 'service_unreachable', { afterwards: true });
  const handle = await harness.place(world);
  await until(() => world.countOf('takePayment') >= 3);
  world.status = 'confirmed';
  await handle.executeUpdate(cancelUpdate);
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(world.captured).toBe(4200);
  expect(world.stillDeducted).toBe(2);
  expect(world.notifications).toHaveLength(1);
});

test('one that is stored as cancelled ends as cancelled, though a step was refused', async () => {
  const world = new FakeWorld().fail('deductStock', 'undone');
  world.status = 'cancelled';
  const handle = await harness.place(world);
  expect(await handle.result()).toEqual({ status: 'cancelled' });
});

test('asking twice is as good as asking once', async () => {
  const world = new FakeWorld()
    .fail('takePayment', 'service_unreachable')
    .fail('refundPayment', 'service_unreachable', { times: 5 });
  const handle = await harness.place(world);
  await until(() => world.countOf('takePayment') >= 3);
  await handle.executeUpdate(cancelUpdate);
  await until(() => world.countOf('refundPayment') >= 2);
  await handle.executeUpdate(cancelUpdate);
  expect(await handle.result()).toEqual({ status: 'cancelled' });
});
