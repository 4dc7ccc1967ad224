import { encryptionFrom } from '../../src/encryption/encryption.ts';
import { cancelUpdate } from '../../src/workflows/messages.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { aKey, KeysFile } from '../support/payload-keys.ts';
import { WorkflowHarness } from '../support/workflow-harness.ts';

/** Workflows branch on a failure's code: encrypted or not, it must be the same, with its text, attempts and pause. */
describe.each(['clear', 'encrypted'])('failures that are stored %s', (kind) => {
  const keys = new KeysFile(...(kind === 'clear' ? ['clear', aKey('k1')] : [aKey('k1')]));
  let harness: WorkflowHarness;
  beforeAll(async () => {
    harness = await WorkflowHarness.start('time-skipping', encryptionFrom(keys.path));
  });
  afterAll(async () => {
    await harness.stop();
    keys[Symbol.dispose]();
  });

  test('tell why a step failed last when its patience is over between two attempts', async () => {
    const world = new FakeWorld().fail('takePayment', 'service_overloaded', { retryAfterMs: 20_000 });
    const handle = await harness.place(world, {}, { stepPatience: '1m' });
    const { failure, steps } = await harness.untilHeld(handle);
    expect(failure).toMatchObject({
      code: 'service_overloaded',
      step: 'pay',
      detail: 'takePayment is to fail',
    });
    expect(steps.find(({ step }) => step === 'pay')?.attempts).toBe(world.countOf('takePayment'));
    await handle.executeUpdate(cancelUpdate);
    await handle.result();
  });

  test('tell a defect, with its text', async () => {
    const handle = await harness.place(new FakeWorld().fail('takePayment', 'service_contract'));
    const { failure } = await harness.untilHeld(handle);
    expect(failure).toMatchObject({ code: 'service_contract', detail: 'takePayment is to fail' });
    await handle.executeUpdate(cancelUpdate);
    await handle.result();
  });

  test('tell a refusal', async () => {
    const handle = await harness.place(new FakeWorld().fail('takePayment', 'card_declined'));
    expect(await handle.result()).toEqual({ status: 'rejected' });
  });

  test('obey the pause that a service asks for', async () => {
    const world = new FakeWorld().fail('takePayment', 'service_overloaded', { times: 1, retryAfterMs: 30_000 });
    const handle = await harness.place(world);
    await handle.result();
    const { events } = await handle.fetchHistory();
    const timer = events?.find((event) => event.timerStartedEventAttributes)?.timerStartedEventAttributes;
    expect(String(timer?.startToFireTimeout?.seconds)).toBe('30');
  });
});
