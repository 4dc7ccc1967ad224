import { type CompiledWorkerOptions, type Logger, Worker } from '@temporalio/worker';
import type { WorkflowCreator } from '@temporalio/worker/lib/workflow/interface.js';
import type { WorkflowBundleWithSourceMapAndFilename } from '@temporalio/worker/lib/workflow/workflow-worker-thread/input.js';
import { ThreadWatch } from './thread-watch.ts';

/** As long as Temporal waits for a workflow task before it gives it to another worker. */
const STUCK_SECONDS = 10;

/**
 * The SDK's worker, whose sandbox is watched as a whole. The SDK (1.24) gives every single call into it five seconds, for
 * which Node starts a thread each time: 0.5 ms a call, thirty calls an order, one after the other (decision 0014).
 * @param onStuck workflow code does not come to an end, and nothing else can run: this process is of no use any more
 */
export const workflowWorker = (onStuck: () => void) =>
  class WorkflowWorker extends Worker {
    protected static override async createWorkflowCreator(
      bundle: WorkflowBundleWithSourceMapAndFilename,
      options: CompiledWorkerOptions,
      logger: Logger,
    ): Promise<WorkflowCreator> {
      const unlimited = { ...options, isolateExecutionTimeoutMs: undefined as unknown as number };
      return watched(await Worker.createWorkflowCreator(bundle, unlimited, logger), onStuck);
    }
  };

function watched(creator: WorkflowCreator, onStuck: () => void): WorkflowCreator {
  const watch = new ThreadWatch(onStuck, STUCK_SECONDS);
  return {
    async createWorkflow(options) {
      const workflow = await watch.over(creator.createWorkflow(options));
      return {
        activate: (activation) => watch.over(workflow.activate(activation)),
        getAndResetSinkCalls: () => workflow.getAndResetSinkCalls(),
        dispose: () => workflow.dispose(),
      };
    },
    destroy: () => creator.destroy(),
  };
}
