import { orderIdIn } from '../../src/domain/names.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { until } from '../support/until.ts';
import { type OrderHandle, WorkflowHarness } from '../support/workflow-harness.ts';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await WorkflowHarness.start('development');
});
afterAll(() => harness.stop());

const lookAt = ({ workflowId }: OrderHandle) => harness.runs.progressOf(orderIdIn(workflowId) as string);
const tasksOf = async (handle: OrderHandle): Promise<number> =>
  (await handle.fetchHistory()).events?.filter((event) => event.workflowTaskScheduledEventAttributes).length ?? 0;

test('a run that is in a local attempt is not asked what it does: its workflow task stays one', async () => {
  const waiting = Promise.withResolvers<void>();
  const world = new FakeWorld().onCall(async (activity) => {
    if (activity === 'takePayment') await waiting.promise;
  });
  const handle = await harness.place(world);
  await until(() => world.countOf('deductStock') > 0);
  const looks = await Promise.all(Array.from({ length: 20 }, () => lookAt(handle)));
  expect((await handle.describe()).raw.pendingWorkflowTask).toBeTruthy();
  waiting.resolve();
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(looks).toEqual(looks.map(() => null));
  expect(await tasksOf(handle)).toBe(1);
});

test('one that waits says what it has done, which nobody else knows', async () => {
  const world = new FakeWorld().fail('takePayment', 'service_error', { retryAfterMs: 600_000 });
  const handle = await harness.place(world);
  const steps = await until(() => lookAt(handle));
  expect(steps.map(({ step, state }) => `${step} ${state}`)).toEqual([
    'deduct done',
    'pay running',
    'confirm waiting',
    'notify waiting',
  ]);
  expect((await handle.describe()).raw.pendingActivities ?? []).toEqual([]);
  await handle.terminate();
});

test('one whose step is tried again says which, and after how many attempts', async () => {
  const world = new FakeWorld().fail('takePayment', 'service_unreachable');
  const handle = await harness.place(world);
  const payingAgain = async () => {
    const pay = (await lookAt(handle))?.find(({ step }) => step === 'pay');
    return pay !== undefined && pay.attempts >= 3 && pay;
  };
  expect(await until(payingAgain, { within: 20_000 })).toMatchObject({ state: 'running' });
  world.heal('takePayment');
  expect(await handle.result()).toEqual({ status: 'confirmed' });
});

test('there is nothing to say of a run that there is not', async () => {
  expect(await harness.runs.progressOf('01a2153d-1a77-7a86-8a2b-51ff948339db')).toBeNull();
});
