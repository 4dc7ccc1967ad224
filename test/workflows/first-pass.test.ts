import { setTimeout as pause } from 'node:timers/promises';
import { cancelUpdate, progressQuery } from '../../src/workflows/messages.ts';
import { FakeWorld, type Name } from '../support/fake-world.ts';
import { type OrderHandle, WorkflowHarness } from '../support/workflow-harness.ts';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await WorkflowHarness.start('development');
});
afterAll(() => harness.stop());

/** Of the history: local activities and regular ones. */
async function written(handle: OrderHandle) {
  const { events } = await handle.fetchHistory();
  return {
    markers: events?.filter((event) => event.markerRecordedEventAttributes).length,
    regular: events?.flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? []),
  };
}

const names = (world: FakeWorld): Name[] => world.calls.map(({ activity }) => activity);
const HAPPY: Name[] = ['deductStock', 'takePayment', 'recordStatus', 'sendNotification'];

test('an order that nothing is in the way of has one activity, and each of its calls is made once', async () => {
  const world = new FakeWorld();
  const handle = await harness.place(world);
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(names(world)).toEqual(HAPPY);
  expect(await written(handle)).toEqual({ markers: 1, regular: [] });
});

test('one that began before has one for each step', async () => {
  const world = new FakeWorld();
  const handle = await harness.place(world, {}, {}, 1);
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(names(world)).toEqual(HAPPY);
  expect(await written(handle)).toEqual({ markers: 4, regular: [] });
});

test('goes on from the step that failed, as a regular activity, and asks for nothing before it again', async () => {
  const world = new FakeWorld().fail('takePayment', 'service_error', { times: 1 });
  const handle = await harness.place(world);
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(names(world)).toEqual(['deductStock', 'takePayment', 'takePayment', 'recordStatus', 'sendNotification']);
  expect(world.calls.map(({ local }) => local)).toEqual([true, true, false, true, true]);
  expect((await written(handle)).regular).toEqual(['takePayment']);
});

test('waits before that for as long as the service asked', async () => {
  const world = new FakeWorld().fail('takePayment', 'service_overloaded', { times: 1, retryAfterMs: 1200 });
  await (await harness.place(world)).result();
  const [first, second] = world.calls.filter(({ activity }) => activity === 'takePayment');
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1100);
});

test('without any answer the steps are taken one by one', async () => {
  const world = new FakeWorld();
  let isFirst = true;
  world.onCall((activity) => {
    if (activity !== 'takePayment' || !isFirst) return;
    isFirst = false;
    throw new Error('a defect of the activity itself');
  });
  const handle = await harness.place(world);
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(world.countOf('deductStock')).toBe(2);
  expect([world.payments, world.deducted.get('sku-1')]).toEqual([[4200], 2]);
});

test.each([
  ['amended', { amendments: 1, earlierAmounts: [4100] }, 'confirmed'],
  ['cancelled', { isCancelled: true as const }, 'cancelled'],
])('an order that was %s before it began has none', async (_, order, status) => {
  const world = new FakeWorld();
  const handle = await harness.place(world, order);
  expect(await handle.result()).toEqual({ status });
  expect(names(world).slice(0, 4)).not.toEqual(HAPPY);
});

// Looked at, a run's task ends in the middle of it, and the next one has the cancellation.
test('cancelled meanwhile it comes to its end, and what it did is undone and shown as undone', async () => {
  const world = new FakeWorld();
  const placed = Promise.withResolvers<OrderHandle>();
  const asked: Promise<unknown>[] = [];
  world.onCall(async (activity) => {
    if (activity !== 'takePayment' || asked.length > 0) return;
    const handle = await placed.promise;
    asked.push(handle.query(progressQuery), handle.executeUpdate(cancelUpdate));
    world.isCancelAsked = true; // as the API stores it first
    await pause(1000);
  });
  placed.resolve(await harness.place(world));
  expect(await (await placed.promise).result()).toEqual({ status: 'cancelled' });
  await Promise.allSettled(asked);
  expect([world.captured, world.stillDeducted, world.notifications]).toEqual([0, 0, []]);
  expect(world.reports.at(-1)?.steps.map(({ step, state }) => `${step} ${state}`)).toEqual([
    ...['deduct undone', 'pay undone', 'confirm waiting', 'notify waiting'],
  ]);
});
