import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { cancelUpdate, progressQuery } from '../../src/workflows/messages.ts';
import { FakeWorld, type Name } from '../support/fake-world.ts';
import { ScriptedWorld } from '../support/scripted-world.ts';
import { type OrderHandle, WorkflowHarness } from '../support/workflow-harness.ts';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await WorkflowHarness.start('development');
});
afterAll(() => harness.stop());

/** Of the history: local activities, those of them that are first passes, and regular ones. */
async function written(handle: OrderHandle) {
  const events = (await handle.fetchHistory()).events ?? [];
  const markers = events.flatMap(({ markerRecordedEventAttributes: marker }) => marker ?? []);
  const typeOf = ({ details }: (typeof markers)[number]) =>
    JSON.parse(Buffer.from(details?.data?.payloads?.[0]?.data ?? '').toString()).activity_type;
  return {
    markers: markers.length,
    passes: markers.filter((marker) => typeOf(marker) === 'makeFirstPass').length,
    regular: events.flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? []),
  };
}

const names = (world: FakeWorld): Name[] => world.calls.map(({ activity }) => activity);
const HAPPY: Name[] = ['deductStock', 'takePayment', 'recordStatus', 'sendNotification'];

test('an order that nothing is in the way of has one activity, and each of its calls is made once', async () => {
  const world = new FakeWorld();
  const handle = await harness.place(world);
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(names(world)).toEqual(HAPPY);
  expect(await written(handle)).toEqual({ markers: 1, passes: 1, regular: [] });
});

test('one that began before has one for each step', async () => {
  const world = new FakeWorld();
  const handle = await harness.place(world, {}, {}, 1);
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(names(world)).toEqual(HAPPY);
  expect(await written(handle)).toEqual({ markers: 4, passes: 0, regular: [] });
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
  expect(world.countOf('recordStatus')).toBeGreaterThan(0);
  expect((await written(handle)).passes).toBe(0);
});

// A step of the story that is not in the list would be taken after the customer was told.
test('makes the very calls that the story makes by itself', async () => {
  const items = ['sku-1', 'sku-2', 'sku-3'].map((productId, index) => ({ productId, quantity: index + 1 }));
  const id = randomUUID();
  const [inOnePass, oneByOne] = [new ScriptedWorld({}), new ScriptedWorld({})];
  await (await harness.place(inOnePass, { id, items })).result();
  await (await harness.place(oneByOne, { id: `${id.slice(0, -1)}0`, items }, {}, 1)).result();
  const told = (world: ScriptedWorld) =>
    JSON.parse(JSON.stringify(world.made).replaceAll(/"orderId":"[^"]+"/g, '"orderId":"X"'));
  expect(told(inOnePass)).toEqual(told(oneByOne));
  expect(inOnePass.made).toHaveLength(6);
});

test('that takes long ends before its last calls, which are made one by one', async () => {
  const world = new FakeWorld().onCall(() => pause(1000));
  const items = Array.from({ length: 5 }, (_, index) => ({ productId: `sku-${index}`, quantity: 1 }));
  const handle = await harness.place(world, { items });
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(world.calls.map(({ activity }) => activity)).toEqual([...Array(5).fill('deductStock'), ...HAPPY.slice(1)]);
  const { markers, regular } = await written(handle);
  expect(markers).toBeGreaterThan(1);
  expect(regular).toEqual([]);
}, 40_000);

describe('cancelled meanwhile, it comes to its end', () => {
  /** What comes in the middle of a pass waits for its end, and then has the task begun anew: it does not know any more what it made. */
  async function cancelledAt(activity: Name, world: FakeWorld, cancel: (handle: OrderHandle) => Promise<unknown>) {
    const placed = Promise.withResolvers<OrderHandle>();
    const asked: Promise<unknown>[] = [];
    world.onCall(async (called) => {
      if (called !== activity || asked.length > 0) return;
      const handle = await placed.promise;
      asked.push(cancel(handle), handle.query(progressQuery));
      await pause(1000);
    });
    placed.resolve(await harness.place(world));
    const result = await (await placed.promise).result();
    await Promise.allSettled(asked);
    return result;
  }

  test('and what it did is undone, and shown as undone', async () => {
    const world = new FakeWorld();
    const result = await cancelledAt('takePayment', world, (handle) => {
      world.isCancelAsked = true; // as the API stores it first
      return handle.executeUpdate(cancelUpdate);
    });
    expect(result).toEqual({ status: 'cancelled' });
    expect([world.captured, world.stillDeducted, world.notifications]).toEqual([0, 0, []]);
    const shown = world.reports.at(-1)?.steps.map(({ step, state }) => `${step} ${state}`);
    expect(shown).toEqual(['deduct undone', 'pay undone', 'confirm waiting', 'notify waiting']);
  });

  test.each([
    ['confirmed', 0],
    ['not yet confirmed, since the database was away', 3],
  ])('by Temporal, and %s, it is confirmed and nothing is undone', async (_, times) => {
    const world = new FakeWorld().fail('recordStatus', 'database_unavailable', { times });
    const result = await cancelledAt('recordStatus', world, (handle) => handle.cancel());
    expect(result).toEqual({ status: 'confirmed' });
    expect([world.captured, world.stillDeducted, world.notifications]).toEqual([4200, 2, ['order_confirmed']]);
    expect(world.countOf('refundPayment')).toBe(0);
  });
});
