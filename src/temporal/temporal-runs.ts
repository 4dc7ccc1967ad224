import { randomUUID } from 'node:crypto';
import { ApplicationFailure, type Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Activities } from '../activities/contract.ts';
import { type Asked, type OrderRuns, RunsUnavailable } from '../decisions/order-runs.ts';
import { noStepTaken, STEPS, type Step, type StepProgress } from '../domain/lifecycle.ts';
import {
  BEING_CONFIRMED,
  bulkWorkflowIdOf,
  QUERY_PROGRESS,
  SIGNAL_BULK_CHANGED,
  UPDATE_CANCEL,
  UPDATE_RETRY,
  workflowIdOf,
} from '../domain/names.ts';
import { messageOf } from '../telemetry/log.ts';
import type { RunProgress } from '../workflows/messages.ts';

/** Nobody should wait long for a look; an update is worth waiting for. */
const LOOK_DEADLINE_MS = 250;
const UPDATE_DEADLINE_MS = 8000;
const PING_DEADLINE_MS = 1000;

const STEP_OF: Partial<Record<string, Step>> = {
  deductStock: 'deduct',
  takePayment: 'pay',
  voidPayment: 'pay',
  sendNotification: 'notify',
} satisfies Partial<Record<keyof Activities, Step>>;

export class TemporalRuns implements OrderRuns {
  readonly #client: Client;
  readonly #uiUrl: string;

  /** @param uiUrl where the Web UI is, for links into it */
  constructor(client: Client, uiUrl = '') {
    this.#client = client;
    this.#uiUrl = uiUrl;
  }

  async progressOf(orderId: string): Promise<StepProgress[] | null> {
    const handle = this.#client.workflow.getHandle(workflowIdOf(orderId));
    const deadline = Date.now() + LOOK_DEADLINE_MS;
    const inTime = <Result>(ask: () => Promise<Result>): Promise<Result | null> =>
      this.#client.withDeadline(deadline, ask).catch(() => null);
    const description = await inTime(() => handle.describe());
    if (!description) return null;
    const { pendingActivities, pendingWorkflowTask } = description.raw;
    const pending = pendingActivities ?? [];
    // In a local attempt a run answers no query, and a query cuts its workflow task in two (decision 0021).
    const progress = pendingWorkflowTask ? null : await inTime(() => handle.query<RunProgress>(QUERY_PROGRESS));
    if (!progress && pending.length === 0) return null;
    return pending.reduce(
      (steps, { activityType, attempt }) => withPending(steps, activityType?.name, Number(attempt ?? 1)),
      progress?.steps ?? noStepTaken(),
    );
  }

  cancel(orderId: string, askId?: string): Promise<Asked> {
    return this.#update(orderId, UPDATE_CANCEL, askId);
  }

  retry(orderId: string, askId?: string): Promise<Asked> {
    return this.#update(orderId, UPDATE_RETRY, askId);
  }

  async wakeBulk(bulkId: string): Promise<void> {
    const handle = this.#client.workflow.getHandle(bulkWorkflowIdOf(bulkId));
    const wake = () => handle.signal(SIGNAL_BULK_CHANGED);
    await this.#client.withDeadline(Date.now() + PING_DEADLINE_MS, wake).catch(() => {});
  }

  async isReachable(): Promise<boolean> {
    try {
      await this.#client.withDeadline(Date.now() + PING_DEADLINE_MS, () =>
        this.#client.workflowService.getSystemInfo({}),
      );
      return true;
    } catch {
      return false;
    }
  }

  workflowLink(orderId: string): string {
    return this.#link(workflowIdOf(orderId));
  }

  bulkLink(bulkId: string): string {
    return this.#link(bulkWorkflowIdOf(bulkId));
  }

  #link(workflowId: string): string {
    return `${this.#uiUrl}/namespaces/${this.#client.options.namespace}/workflows/${workflowId}`;
  }

  async #update(orderId: string, name: string, askId?: string): Promise<Asked> {
    const handle = this.#client.workflow.getHandle(workflowIdOf(orderId));
    try {
      await this.#client.withDeadline(Date.now() + UPDATE_DEADLINE_MS, () =>
        handle.executeUpdate(name, { updateId: askId ?? randomUUID() }),
      );
      return 'taken';
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError) return isBeingConfirmed(error.cause) ? 'confirming' : 'refused';
      if (error instanceof WorkflowNotFoundError) return 'no_run';
      throw new RunsUnavailable(messageOf(error));
    }
  }
}

const isBeingConfirmed = (refusal: unknown): boolean =>
  refusal instanceof ApplicationFailure && refusal.details?.includes(BEING_CONFIRMED) === true;

/** A pending activity follows one local attempt; what comes before its step is done. */
function withPending(steps: StepProgress[], activity: string | null | undefined, attempt: number): StepProgress[] {
  const current = STEP_OF[activity ?? ''];
  if (!current) return steps;
  return steps.map((progress) => {
    const { step, state, attempts } = progress;
    if (step === current) return { step, state: 'running', attempts: Math.max(attempts, 1) + attempt };
    const isBefore = STEPS.indexOf(step) < STEPS.indexOf(current);
    return isBefore && state === 'waiting' ? { step, state: 'done', attempts: Math.max(attempts, 1) } : progress;
  });
}
