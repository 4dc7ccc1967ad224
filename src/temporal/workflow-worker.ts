import { type CompiledWorkerOptions, Worker } from '@temporalio/worker';
import type { WorkflowCreator } from '@temporalio/worker/lib/workflow/interface.js';
import { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm.js';
import { globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared.js';
import type { WorkflowBundleWithSourceMapAndFilename } from '@temporalio/worker/lib/workflow/workflow-worker-thread/input.js';

/**
 * The SDK's worker, with its sandbox on this thread, and without what the SDK (1.24) does about the sandbox on each call and
 * each promise, which is more work than an order's own (decision 0014). A process that runs one watches its event loop
 * (`watchLoop`): nothing interrupts workflow code that never comes to an end. `debugMode`, `reuseV8Context`, `workflowThreadPoolSize`,
 * `isolateExecutionTimeout` and `patchActivationCallback` have no effect here.
 */
export class WorkflowWorker extends Worker {
  protected static override async createWorkflowCreator(
    bundle: WorkflowBundleWithSourceMapAndFilename,
    { activities }: CompiledWorkerOptions,
  ): Promise<WorkflowCreator> {
    const unlimited = undefined as unknown as number;
    const creator = await ReusableVMWorkflowCreator.create(bundle, unlimited, new Set(activities.keys()));
    forgetWherePromisesAreMade();
    return creator;
  }
}

/** It would be asked of every promise of this process, and is for the stack trace query only, which then says so. */
function forgetWherePromisesAreMade(): void {
  // biome-ignore lint/complexity/useLiteralKeys: a private method, and type-checked this way
  globalHandlers['stopPromiseHook']();
  globalHandlers.promiseHookInstalled = false;
}
