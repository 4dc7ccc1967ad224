import { cancelUpdate, retryUpdate } from '../../src/workflows/messages.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { WorkflowHarness } from '../support/workflow-harness.ts';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await WorkflowHarness.start();
});
afterAll(() => harness.stop());

const PATIENCE = { stepPatience: '1m' } as const;

describe.each([
  ['deductStock', 'deduct'],
  ['takePayment', 'pay'],
] as const)('%s unavailable past the patience', (activity, step) => {
  test('holds the order, and a retry goes on from that step to be confirmed', async () => {
    const world = new FakeWorld().fail(activity, 'service_unreachable');
    const handle = await harness.place(world, {}, PATIENCE);
    const held = await harness.untilHeld(handle);
    expect(held.failure).toMatchObject({ code: 'service_unreachable', step });
    expect(world.status).toBe('held');
    const deductions = world.countOf('deductStock');

    world.heal(activity);
    expect(await handle.executeUpdate(retryUpdate)).toBe('processing');
    expect(await handle.result()).toEqual({ status: 'confirmed' });
    expect(world.payments).toEqual([4200]);
    const attempts = world.reports.at(-1)?.steps.find((progress) => progress.step === step)?.attempts;
    expect(attempts).toBe(world.countOf(activity));
    if (step === 'pay') expect(world.countOf('deductStock')).toBe(deductions);
  });
});

test('a payment with an unknown outcome, held and retried, is one payment', async () => {
  const world = new FakeWorld().fail('takePayment', 'service_timeout', { afterwards: true });
  const handle = await harness.place(world, {}, PATIENCE);
  await harness.untilHeld(handle);
  world.heal('takePayment');
  await handle.executeUpdate(retryUpdate);
  await handle.result();
  expect(world.payments).toEqual([4200]);
});

test('a held order tells nobody where its code stands: no promise is tracked for it', async () => {
  const handle = await harness.place(new FakeWorld().fail('takePayment', 'service_contract'));
  await harness.untilHeld(handle);
  await expect(handle.query('__stack_trace')).rejects.toThrow('not enabled');
});

test('a defect holds the order at once, without trying it again and again', async () => {
  const world = new FakeWorld().fail('takePayment', 'service_contract');
  const handle = await harness.place(world);
  await harness.untilHeld(handle);
  expect(world.calls.filter(({ activity }) => activity === 'takePayment').map(({ local }) => local)).toEqual([
    true,
    false,
  ]);
  world.heal('takePayment');
  await handle.executeUpdate(retryUpdate);
  expect(await handle.result()).toEqual({ status: 'confirmed' });
});

test('a retry that fails again holds the order again', async () => {
  const world = new FakeWorld().fail('takePayment', 'service_contract');
  const handle = await harness.place(world);
  await harness.untilHeld(handle);
  await handle.executeUpdate(retryUpdate);
  await harness.until(handle, ({ status }) => status === 'held' && world.countOf('takePayment') === 4);
  await handle.executeUpdate(cancelUpdate);
  expect(await handle.result()).toEqual({ status: 'cancelled' });
});

test('held and cancelled: the stock is given back and nothing stays paid, even where the payment had happened', async () => {
  const world = new FakeWorld().fail('takePayment', 'service_timeout', { afterwards: true });
  const handle = await harness.place(world, {}, PATIENCE);
  await harness.untilHeld(handle);
  await handle.executeUpdate(cancelUpdate);
  expect(await handle.result()).toEqual({ status: 'cancelled' });
  expect(world.stillDeducted).toBe(0);
  expect(world.captured).toBe(0);
  expect(world.reports.at(-1)).toMatchObject({
    status: 'cancelled',
    failure: { code: 'service_timeout', step: 'pay' },
  });
});

test('an order that nobody decides about cancels itself after the hold limit', async () => {
  const world = new FakeWorld().fail('takePayment', 'service_unreachable');
  const handle = await harness.place(world, {}, { ...PATIENCE, holdLimit: '2d' });
  expect(await handle.result()).toEqual({ status: 'cancelled' });
  expect(world.stillDeducted).toBe(0);
  const [held] = world.reports.filter(({ status }) => status === 'held');
  expect(held).toBeDefined();
});

describe('an undo that can not be done', () => {
  test('does not stop the others, and is held for an operator until it can', async () => {
    const world = new FakeWorld().fail('takePayment', 'card_declined').fail('refundPayment', 'service_contract');
    const handle = await harness.place(world);
    const { failure } = await harness.untilHeld(handle);
    expect(failure).toMatchObject({ code: 'undo_failed', step: 'pay' });
    expect(failure?.detail).toContain('service_contract');
    expect(world.stillDeducted).toBe(0);
    await expect(handle.executeUpdate(cancelUpdate)).rejects.toMatchObject({
      cause: { type: 'order_not_cancellable' },
    });

    world.heal('refundPayment');
    await handle.executeUpdate(retryUpdate);
    expect(await handle.result()).toEqual({ status: 'rejected' });
    expect(world.countOf('restoreStock')).toBe(1);
  });

  test('is still there for a retry after a cancellation', async () => {
    const world = new FakeWorld().fail('takePayment', 'service_contract').fail('restoreStock', 'service_contract');
    const handle = await harness.place(world);
    await harness.untilHeld(handle);
    await handle.executeUpdate(cancelUpdate);
    await harness.until(handle, ({ failure }) => failure?.code === 'undo_failed');
    world.heal('restoreStock');
    await handle.executeUpdate(retryUpdate);
    expect(await handle.result()).toEqual({ status: 'cancelled' });
    expect(world.stillDeducted).toBe(0);
  });

  test('of an order that is settled in the database already is tried again by itself', async () => {
    const world = new FakeWorld().fail('restoreStock', 'service_contract', { times: 2 });
    world.status = 'cancelled';
    expect(await (await harness.place(world)).result()).toEqual({ status: 'cancelled' });
    expect(world.stillDeducted).toBe(0);
    expect(world.captured).toBe(0);
  });

  test('because its service is away is waited for', async () => {
    const world = new FakeWorld()
      .fail('takePayment', 'card_declined')
      .fail('refundPayment', 'service_unreachable', { times: 100 });
    const handle = await harness.place(world, {}, PATIENCE);
    expect(await handle.result()).toEqual({ status: 'rejected' });
    expect(world.countOf('refundPayment')).toBe(101);
    expect(world.stillDeducted).toBe(0);
  });
});

test('only a held order takes a retry', async () => {
  const world = new FakeWorld().fail('takePayment', 'service_unreachable');
  const handle = await harness.place(world);
  await harness.until(handle, () => world.countOf('takePayment') > 2);
  await expect(handle.executeUpdate(retryUpdate)).rejects.toMatchObject({ cause: { type: 'order_not_held' } });
  await handle.executeUpdate(cancelUpdate);
  await handle.result();
});
