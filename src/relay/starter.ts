import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
} from '@temporalio/client';
import { EDITION, PROCESS_ORDER, TASK_QUEUE, workflowIdOf } from '../domain/names.ts';
import { toProcess } from '../domain/order.ts';
import type { ClaimedOrder } from '../store/claim-orders.ts';
import type { ProcessOrderInput } from '../workflows/process-order.ts';

/** Shorter than the relay's lease: an order is not started by two relays because one of them waits. */
const START_DEADLINE_MS = 5_000;
/** For so long the orders of a worker that was killed wait before another has them (docs/reliability.md). */
const WORKFLOW_TASK_TIMEOUT = '10s';

export type Started = 'eager' | 'queued' | 'already_started';
/** @param isEager false: wherever Temporal sends it */
export type StartOrder = (order: ClaimedOrder, isEager?: boolean) => Promise<Started>;

/**
 * Starts an order's run. Started twice is started once: the workflow id belongs to the order, and only a run that failed
 * may be followed by another.
 */
export const orderStarter =
  (client: Client, settings: ProcessOrderInput['settings']): StartOrder =>
  async ({ order_id, request, traceparent, ...decided }, isEager = true) => {
    const order = toProcess(order_id, traceparent, request, decided);
    try {
      const { eagerlyStarted } = await client.withDeadline(Date.now() + START_DEADLINE_MS, () =>
        client.workflow.start(PROCESS_ORDER, {
          taskQueue: TASK_QUEUE,
          workflowId: workflowIdOf(order_id),
          args: [{ order, settings, edition: EDITION } satisfies ProcessOrderInput],
          requestEagerStart: isEager,
          workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
          workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
          workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
          staticSummary: summaryOf(order),
        }),
      );
      return eagerlyStarted ? 'eager' : 'queued';
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return 'already_started';
      throw error;
    }
  };

const summaryOf = ({ items, amount, currency }: ProcessOrderInput['order']): string => {
  const [first] = items;
  const others = items.length > 1 ? ` and ${items.length - 1} more` : '';
  return `${first?.quantity} × ${first?.productId}${others}, ${amount} ${currency}`;
};
