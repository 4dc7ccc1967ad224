import type { OrderToProcess } from '../../src/domain/order.ts';
import { cancelUpdate, retryUpdate } from '../../src/workflows/messages.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { WorkflowHarness } from '../support/workflow-harness.ts';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await WorkflowHarness.start();
});
afterAll(() => harness.stop());

/** What the store does when an operator amends. */
const amend = (world: FakeWorld, changes: Partial<OrderToProcess>) => {
  const before = world.order as OrderToProcess;
  world.order = { ...before, ...changes, amendments: (before.amendments ?? 0) + 1 };
};

const heldAtPayment = async (world: FakeWorld) => {
  const handle = await harness.place(world, {}, { stepPatience: '1m' });
  await harness.untilHeld(handle);
  return handle;
};

describe('another payment method for an order whose payment is held', () => {
  const another = { paymentMethod: 'pm_other', earlierAmounts: [4200] };

  test('is charged under a new key, once the old one is barred', async () => {
    const world = new FakeWorld().fail('takePayment', 'service_unreachable');
    const handle = await heldAtPayment(world);
    amend(world, another);
    world.heal('takePayment');
    await handle.executeUpdate(retryUpdate);
    expect(await handle.result()).toEqual({ status: 'confirmed' });
    expect(world.methods).toEqual(['pm_other']);
    expect(world.countOf('voidPayment')).toBe(1);
    const attempts = world.reports.at(-1)?.steps.find(({ step }) => step === 'pay')?.attempts;
    expect(attempts).toBe(world.countOf('takePayment'));
    expect(world.countOf('deductStock')).toBe(1);
  });

  test('is not charged where the old one turns out to have been', async () => {
    const world = new FakeWorld().fail('takePayment', 'service_timeout', { afterwards: true });
    const handle = await heldAtPayment(world);
    amend(world, another);
    world.heal('takePayment');
    await handle.executeUpdate(retryUpdate);
    expect(await handle.result()).toEqual({ status: 'confirmed' });
    expect(world.methods).toEqual(['pm_card']);
    expect(world.captured).toBe(4200);
  });

  test('is not charged while what became of the old one is not known', async () => {
    const world = new FakeWorld().fail('takePayment', 'service_unreachable').fail('voidPayment', 'service_unreachable');
    const handle = await heldAtPayment(world);
    amend(world, another);
    world.heal('takePayment');
    await handle.executeUpdate(retryUpdate);
    await harness.untilHeld(handle);
    expect(world.payments).toEqual([]);
    world.heal('voidPayment');
    await handle.executeUpdate(retryUpdate);
    expect(await handle.result()).toEqual({ status: 'confirmed' });
    expect(world.methods).toEqual(['pm_other']);
  });

  test('is given back when the order is cancelled afterwards, as is what was taken before', async () => {
    const world = new FakeWorld().fail('takePayment', 'service_timeout', { afterwards: true });
    const handle = await heldAtPayment(world);
    amend(world, { ...another, amount: 2100 });
    await handle.executeUpdate(retryUpdate);
    await harness.untilHeld(handle);
    await handle.executeUpdate(cancelUpdate);
    expect(await handle.result()).toEqual({ status: 'cancelled' });
    expect(world.captured).toBe(0);
    expect(world.stillDeducted).toBe(0);
  });
});

test('a lower quantity gives back what was deducted, deducts anew, and pays the new amount once', async () => {
  const world = new FakeWorld().fail('takePayment', 'service_timeout', { afterwards: true });
  const handle = await heldAtPayment(world);
  amend(world, { items: [{ productId: 'sku-1', quantity: 1, earlier: [2] }], amount: 2100, earlierAmounts: [4200] });
  world.heal('takePayment');
  await handle.executeUpdate(retryUpdate);
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(Object.fromEntries(world.deducted)).toEqual({ 'sku-1': 1 });
  expect(world.captured).toBe(2100);
});

test('a run that begins with an amended order bars its earlier keys before it uses the new ones', async () => {
  const world = new FakeWorld();
  const handle = await harness.place(world, {
    items: [{ productId: 'sku-1', quantity: 1, earlier: [2] }],
    earlierAmounts: [4200],
    amendments: 1,
  });
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(world.calls.map(({ activity }) => activity)).toEqual([
    'restoreStock',
    'deductStock',
    'voidPayment',
    'takePayment',
    'recordStatus',
    'sendNotification',
  ]);
});

test('a retry without an amendment goes on from the step that failed', async () => {
  const world = new FakeWorld().fail('takePayment', 'service_unreachable');
  const handle = await heldAtPayment(world);
  world.heal('takePayment');
  await handle.executeUpdate(retryUpdate);
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(world.countOf('readOrder')).toBe(1);
  expect(world.countOf('deductStock')).toBe(1);
});

test('a run of an order that was cancelled while it had none takes nothing, and gives everything back', async () => {
  const world = new FakeWorld();
  const handle = await harness.place(world, { isCancelled: true });
  expect(await handle.result()).toEqual({ status: 'cancelled' });
  expect(world.calls.map(({ activity }) => activity)).toEqual(['refundPayment', 'restoreStock', 'recordStatus']);
});
