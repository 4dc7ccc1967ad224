import type { coresdk } from '@temporalio/proto';
import type { CompiledWorkerOptions } from '@temporalio/worker';
import type { Workflow, WorkflowCreator } from '@temporalio/worker/lib/workflow/interface.js';
import type { WorkflowBundleWithSourceMapAndFilename } from '@temporalio/worker/lib/workflow/workflow-worker-thread/input.js';
import { WorkflowWorker } from '../../src/temporal/workflow-worker.ts';

type Activation = coresdk.workflow_activation.IWorkflowActivation;

/**
 * A worker that loses a workflow task as one that is killed does: what its local attempts have done is done, and none of it is in
 * the history. Temporal hands the task out anew at once, where it would wait for a timeout.
 * @param isToLose asked when a run is told how a call of it ended
 */
export const losingWorker = (isToLose: (workflowId: string) => boolean): typeof WorkflowWorker =>
  class extends WorkflowWorker {
    protected static override async createWorkflowCreator(
      bundle: WorkflowBundleWithSourceMapAndFilename,
      options: CompiledWorkerOptions,
    ): Promise<WorkflowCreator> {
      const creator = await WorkflowWorker.createWorkflowCreator(bundle, options);
      return {
        createWorkflow: async (created) =>
          losable(await creator.createWorkflow(created), () => isToLose(created.info.workflowId)),
        destroy: () => creator.destroy(),
      };
    }
  };

const losable = (workflow: Workflow, isToLose: () => boolean): Workflow => ({
  activate: async (activation) =>
    endsCall(activation) && isToLose() ? lost(activation) : await workflow.activate(activation),
  getAndResetSinkCalls: () => workflow.getAndResetSinkCalls(),
  dispose: () => workflow.dispose(),
});

const endsCall = ({ jobs }: Activation): boolean => jobs?.some(({ resolveActivity }) => resolveActivity) ?? false;

const lost = ({ runId }: Activation) => ({ runId, failed: { failure: { message: 'lost on purpose' } } });
