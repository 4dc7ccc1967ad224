import { BEING_CONFIRMED } from '../../src/domain/names.ts';
import { cancelUpdate, retryUpdate } from '../../src/workflows/messages.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { until } from '../support/until.ts';
import { WorkflowHarness } from '../support/workflow-harness.ts';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await WorkflowHarness.start();
});
afterAll(() => harness.stop());

const endOf = ({ status, stillDeducted, captured, notifications }: FakeWorld) => ({
  status,
  stillDeducted,
  captured,
  notifications,
});
const ALL_UNDONE = { status: 'cancelled', stillDeducted: 0, captured: 0, notifications: [] };

describe('a cancellation that only the database knows of', () => {
  test('bars the order from being confirmed: it is undone and cancelled', async () => {
    const world = new FakeWorld().onCall((activity) => {
      if (activity === 'takePayment') world.isCancelAsked = true;
    });
    const handle = await harness.place(world);
    expect(await handle.result()).toEqual({ status: 'cancelled' });
    expect(endOf(world)).toEqual(ALL_UNDONE);
    expect(world.payments).toEqual([4200]);
    expect(world.reports.map(({ status }) => status)).toEqual(['confirmed', 'processing', 'cancelled']);
    const states = world.reports.map(({ steps }) => steps.map(({ step, state }) => `${step} ${state}`));
    expect(states.slice(1)).toEqual([
      ['deduct done', 'pay done', 'confirm waiting', 'notify waiting'],
      ['deduct undone', 'pay undone', 'confirm waiting', 'notify waiting'],
    ]);
  });

  test('while the order is being confirmed stops it still: the run, too late, says that it is not over', async () => {
    const world = new FakeWorld().fail('recordStatus', 'database_unavailable', { times: 4 });
    const handle = await harness.place(world);
    await until(() => world.countOf('recordStatus') >= 2);
    world.isCancelAsked = true;
    const refusal = { type: 'order_not_cancellable', details: [BEING_CONFIRMED] };
    await expect(handle.executeUpdate(cancelUpdate)).rejects.toMatchObject({ cause: refusal });
    expect(await handle.result()).toEqual({ status: 'cancelled' });
    expect(endOf(world)).toEqual(ALL_UNDONE);
  });

  test('is taken by the run while it undoes for it, however often it is asked', async () => {
    const world = new FakeWorld().fail('refundPayment', 'service_unreachable', { times: 5 });
    world.isCancelAsked = true;
    const handle = await harness.place(world);
    await until(() => world.countOf('refundPayment') >= 2);
    for (let n = 0; n < 2; n += 1) await handle.executeUpdate(cancelUpdate);
    expect(await handle.result()).toEqual({ status: 'cancelled' });
    expect(endOf(world)).toEqual(ALL_UNDONE);
  });

  test('and whose undo is held goes on undoing when it is retried', async () => {
    const world = new FakeWorld().fail('refundPayment', 'service_contract');
    world.isCancelAsked = true;
    const handle = await harness.place(world);
    await harness.untilHeld(handle);
    world.heal('refundPayment');
    await handle.executeUpdate(retryUpdate);
    expect(await handle.result()).toEqual({ status: 'cancelled' });
    expect(endOf(world)).toEqual(ALL_UNDONE);
  });

  test('of a held order stays: a retry lets it go on to be cancelled, and takes nothing for it', async () => {
    const world = new FakeWorld().fail('takePayment', 'service_contract');
    const handle = await harness.place(world);
    await harness.untilHeld(handle);
    world.heal('takePayment');
    world.isCancelAsked = true;
    await handle.executeUpdate(retryUpdate);
    expect(await handle.result()).toEqual({ status: 'cancelled' });
    expect(endOf(world)).toEqual(ALL_UNDONE);
    expect(world.payments).toEqual([]);
    expect(world.reports.at(-1)?.failure).toMatchObject({ code: 'service_contract', step: 'pay' });
  });

  test('does not keep a refused order from being rejected', async () => {
    const world = new FakeWorld().fail('takePayment', 'card_declined');
    world.isCancelAsked = true;
    expect(await (await harness.place(world)).result()).toEqual({ status: 'rejected' });
    expect(endOf(world)).toEqual({ ...ALL_UNDONE, status: 'rejected' });
  });
});

test('an order that is undone because it was refused says plainly that it is too late', async () => {
  const world = new FakeWorld()
    .fail('takePayment', 'card_declined')
    .fail('restoreStock', 'service_unreachable', { times: 5 });
  const handle = await harness.place(world);
  await until(() => world.countOf('restoreStock') >= 2);
  const refusal = await handle.executeUpdate(cancelUpdate).catch((error) => error.cause);
  expect([refusal.type, refusal.details ?? []]).toEqual(['order_not_cancellable', []]);
  expect(await handle.result()).toEqual({ status: 'rejected' });
});
