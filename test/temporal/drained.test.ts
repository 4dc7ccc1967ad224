import type { WorkerStatus } from '@temporalio/worker';
import { drained } from '../../src/temporal/drained.ts';

const QUIET_MS = 450;

/** A worker that has these in hand, one after the other for 150 ms each, and then nothing. */
function workerWith(...inHand: Partial<WorkerStatus>[]) {
  const startedAt = performance.now();
  const nothing = { numInFlightActivities: 0, numInFlightWorkflowActivations: 0 };
  return {
    getStatus: () => ({ ...nothing, ...inHand[Math.floor((performance.now() - startedAt) / 150)] }) as WorkerStatus,
  };
}
async function takes(worker: ReturnType<typeof workerWith>): Promise<number> {
  const startedAt = performance.now();
  await drained(worker, QUIET_MS);
  return performance.now() - startedAt;
}

test('a worker with nothing in hand is waited for, for what it did last to be told', async () => {
  expect(await takes(workerWith())).toBeGreaterThanOrEqual(QUIET_MS);
});

test.each<[string, Partial<WorkerStatus>]>([
  ['activities', { numInFlightActivities: 1 }],
  ['workflow tasks', { numInFlightWorkflowActivations: 1 }],
])('%s in hand are waited for, also those that come meanwhile', async (_, inHand) => {
  expect(await takes(workerWith(inHand, {}, inHand))).toBeGreaterThanOrEqual(300 + QUIET_MS);
});
