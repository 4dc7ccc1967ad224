import { TemporalRuns } from '../../src/temporal/temporal-runs.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { until } from '../support/until.ts';
import { type OrderHandle, WorkflowHarness } from '../support/workflow-harness.ts';

let harness: WorkflowHarness;
let runs: TemporalRuns;
beforeAll(async () => {
  harness = await WorkflowHarness.start('development');
  runs = new TemporalRuns(harness.environment.client);
});
afterAll(() => harness.stop());

const idOf = ({ workflowId }: OrderHandle): string => workflowId.replace('order-', '');
const tasksOf = async (handle: OrderHandle): Promise<number> =>
  (await handle.fetchHistory()).events?.filter((event) => event.workflowTaskScheduledEventAttributes).length ?? 0;

test('a run that is in a local attempt is not asked what it does: its workflow task stays one', async () => {
  const waiting = Promise.withResolvers<void>();
  const world = new FakeWorld().onCall(async (activity) => {
    if (activity === 'takePayment') await waiting.promise;
  });
  const handle = await harness.place(world);
  await until(() => world.countOf('deductStock') > 0);
  const looks = await Promise.all(Array.from({ length: 20 }, () => runs.progressOf(idOf(handle))));
  waiting.resolve();
  expect(await handle.result()).toEqual({ status: 'confirmed' });
  expect(looks).toEqual(looks.map(() => null));
  expect(await tasksOf(handle)).toBe(1);
});

test('a run that waits for a step to succeed says which, and after how many attempts', async () => {
  const world = new FakeWorld().fail('takePayment', 'service_unreachable');
  const handle = await harness.place(world);
  await until(() => world.countOf('takePayment') >= 3);
  const isPaying = async () => (await runs.progressOf(idOf(handle)))?.find(({ step }) => step === 'pay');
  const pay = await until(async () => ((await isPaying())?.attempts ?? 0) >= 3 && (await isPaying()));
  expect(pay).toMatchObject({ step: 'pay', state: 'running' });
  expect((await runs.progressOf(idOf(handle)))?.[0]).toMatchObject({ step: 'deduct', state: 'done', attempts: 1 });
  world.heal('takePayment');
  expect(await handle.result()).toEqual({ status: 'confirmed' });
});

test('there is nothing to say of a run that there is not', async () => {
  expect(await runs.progressOf('01a2153d-1a77-7a86-8a2b-51ff948339db')).toBeNull();
});
