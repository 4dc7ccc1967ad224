/** Names that cross processes. Changing one strands what was written under the old one. */

export const TASK_QUEUE = 'orders';
/** Its workflow tasks, as `describeTaskQueue` is asked for them: `temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW`. */
export const ORDERS_QUEUE = { taskQueue: { name: TASK_QUEUE }, taskQueueType: 1 } as const;
export const PROCESS_ORDER = 'processOrder';
export const BULK_RESOLVE = 'bulkResolve';
export const REVIEW_ORDERS = 'reviewOrders';
export const REVIEW_SCHEDULE_ID = 'durable-orders-review';

/** The workflow id is what makes a start exactly-once while Temporal retains the run. */
export const workflowIdOf = (orderId: string): string => `order-${orderId}`;

/** Of an order's run; null where it is the run of something else. */
export const orderIdIn = (workflowId: string): string | null =>
  /^order-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(workflowId)?.[1] ?? null;

export const bulkWorkflowIdOf = (bulkId: string): string => `bulk-${bulkId}`;

/** A key belongs to an order and a step, never to an attempt: a repeated call must not happen twice. */
export const idempotencyKeyOf = (orderId: string, step: string): string => `${orderId}:${step}`;

/** An amended step is asked under a key of its own; what was never amended keeps the plain one. */
export const keyedStep = (step: string, revision = 0): string => (revision > 0 ? `${step}:${revision}` : step);

/** Keyword search attributes; registered by the worker where the server lets it. */
export const SEARCH_ATTRIBUTES = ['OrderStatus', 'FailureCode', 'FailedStep'] as const;

/** PostgreSQL channel that wakes the relay. */
export const ACCEPTED_CHANNEL = 'orders_accepted';

export const UPDATE_RETRY = 'retry';
export const UPDATE_CANCEL = 'cancel';
export const QUERY_PROGRESS = 'progress';
/** Of the order's story: what a run that is started now begins with. See docs/deploys.md for how the next one is made. */
export const EDITION = 2;
/** In the details of a cancellation's refusal. */
export const BEING_CONFIRMED = 'being_confirmed';

/** A bulk operation is wanted otherwise than before. */
export const SIGNAL_BULK_CHANGED = 'changed';
