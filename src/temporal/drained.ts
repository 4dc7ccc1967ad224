import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';

/** What was done last has still to be told to the server. */
const QUIET_MS = 1500;

/**
 * Resolves once a worker that shuts down has had nothing in hand for a while. Its polls should have ended by then: the SDK (1.24) asks
 * the server for that (ShutdownWorker), once. Where that fails they stay open until `shutdownForceTime`, and what is handed to them reaches
 * nobody for a workflow task timeout. A process that ends closes them.
 */
export async function drained(worker: Pick<Worker, 'getStatus'>, quietMs = QUIET_MS): Promise<void> {
  for (let quietSince = performance.now(); performance.now() - quietSince < quietMs; await pause(quietMs / 15)) {
    const { numInFlightActivities, numInFlightWorkflowActivations } = worker.getStatus();
    if (numInFlightActivities + numInFlightWorkflowActivations > 0) quietSince = performance.now();
  }
}
