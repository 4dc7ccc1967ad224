import { noStepTaken, type StepProgress } from '../domain/lifecycle.ts';
import type { StoredOrder } from '../store/find-orders.ts';

/** Where the Web UI shows an order's run. */
export type WorkflowLink = (orderId: string) => string;

/** An order as the API shows it. `live` is what the run says, where it was asked and answered in time. */
export const viewOf = (order: StoredOrder, workflowLink: WorkflowLink, live: StepProgress[] | null = null) => ({
  order_id: order.order_id,
  status: order.status,
  items: order.request.items,
  amount: order.request.amount,
  currency: order.request.currency,
  ...(order.request.metadata && { metadata: order.request.metadata }),
  accepted_at: order.accepted_at.toISOString(),
  settled_at: order.settled_at?.toISOString() ?? null,
  failed_at: order.failed_at?.toISOString() ?? null,
  steps: live ?? order.steps ?? stepsWithoutReport(order),
  failure: order.failure_code
    ? { code: order.failure_code, step: order.failure_step, detail: order.failure_detail }
    : null,
  amendments: order.amendments,
  links: { self: `/api/orders/${order.order_id}`, workflow: workflowLink(order.order_id) },
});

/** Nothing was reported yet. What was started is at its first step at least. */
function stepsWithoutReport({ status }: StoredOrder): StepProgress[] {
  const steps = noStepTaken();
  const [first] = steps;
  if (status === 'processing' && first) Object.assign(first, { state: 'running', attempts: 1 });
  return steps;
}
