import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { decodeFromPayloadsAtIndex } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { OrderStatus, StepProgress } from '../domain/lifecycle.ts';
import { orderIdIn, PROCESS_ORDER, QUERY_PROGRESS, workflowIdOf } from '../domain/names.ts';
import { promptly } from '../temporal/promptly.ts';
import type { RunProgress } from '../workflows/messages.ts';
import type { OrderOutcome, ProcessOrderInput } from '../workflows/process-order.ts';

const PAGE = 1000;
/** Of a workflow task: it has failed or timed out four times in a row. That of a worker that died is at its second. */
const FAILING_FROM_ATTEMPT = 5;
/** Milliseconds. Asked again later. */
const WITHIN = { forRuns: 5000, forQuery: 1000 };

/**
 * What became of an order's run. `failing` is one that does not go on, its workflow task failing again and again. `closed` is
 * one that ended without an outcome, with Temporal's word for how, and where its steps were if it can still say so.
 */
export type Fate =
  | { is: 'running' | 'missing' }
  | { is: 'failing'; runId: string }
  | { is: 'completed'; status: OrderStatus }
  | { is: 'closed'; how: string; steps?: StepProgress[] };
export type AskFate = (orderId: string) => Promise<Fate>;
/** Ends this very run, and no later one of the order. */
export type EndRun = (orderId: string, runId: string) => Promise<void>;

/** The orders whose runs were closed without an outcome since then, page by page; not always the last runs they had. */
export type ListClosed = (since: Date) => AsyncIterable<string[]>;

export const closedFrom = (client: Client): ListClosed =>
  async function* (since) {
    const query = `WorkflowType = '${PROCESS_ORDER}' AND ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut') AND CloseTime > '${since.toISOString()}'`;
    const runs = client.workflow.list({ query, pageSize: PAGE })[Symbol.asyncIterator]();
    const next = () => promptly(client, () => runs.next(), WITHIN.forRuns);
    let page: string[] = [];
    for (let run = await next(); !run.done; run = await next()) {
      const orderId = orderIdIn(run.value.workflowId);
      if (orderId) page.push(orderId);
      if (page.length < PAGE) continue;
      yield page;
      page = [];
    }
    yield page;
  };

export const fateFrom =
  (client: Client): AskFate =>
  async (orderId) => {
    const handle = client.workflow.getHandle(workflowIdOf(orderId));
    try {
      const { status, runId, raw } = await promptly(client, () => handle.describe(), WITHIN.forRuns);
      if (status.name === 'RUNNING' && (raw.pendingWorkflowTask?.attempt ?? 0) >= FAILING_FROM_ATTEMPT)
        return { is: 'failing', runId };
      if (status.name === 'RUNNING' || status.name === 'CONTINUED_AS_NEW' || status.name === 'PAUSED')
        return { is: 'running' };
      if (status.name === 'FAILED') return { is: 'closed', how: status.name, ...(await lastStepsOf(client, handle)) };
      if (status.name !== 'COMPLETED') return { is: 'closed', how: status.name };
      const { status: outcome } = await promptly(
        client,
        () => handle.result() as Promise<OrderOutcome>,
        WITHIN.forRuns,
      );
      return { is: 'completed', status: outcome };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { is: 'missing' };
      throw error;
    }
  };

/** Whether a run, as its history begins, does more than undo. Rejects where that can't be read: a key may be missing. */
export type AskWhetherItDoesMore = (orderId: string, runId: string) => Promise<boolean>;

export const doesMoreFrom =
  (client: Client): AskWhetherItDoesMore =>
  async (orderId, runId) => {
    const { workflowService, options } = client;
    const { history } = await promptly(
      client,
      () =>
        workflowService.getWorkflowExecutionHistory({
          namespace: options.namespace,
          execution: { workflowId: workflowIdOf(orderId), runId },
          maximumPageSize: 1,
        }),
      WITHIN.forRuns,
    );
    const input = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads;
    const { order } = await decodeFromPayloadsAtIndex<ProcessOrderInput>(options.loadedDataConverter, 0, input);
    return order.isCancelled !== true;
  };

export const endRunWith =
  (client: Client): EndRun =>
  async (orderId, runId) => {
    const handle = client.workflow.getHandle(workflowIdOf(orderId), runId);
    const end = () => handle.terminate('it can not go on; another run undoes the order');
    await promptly(client, end, WITHIN.forRuns).catch((error) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error; // it has ended meanwhile
    });
  };

/**
 * A run that failed on its way has not written its steps down. A worker replays it for that, which other code can't; then
 * they stay as they were. Runs that are terminated are not asked: they may be many, of a version without workers.
 */
async function lastStepsOf(client: Client, handle: WorkflowHandle): Promise<{ steps?: StepProgress[] }> {
  const ask = () => handle.query<RunProgress>(QUERY_PROGRESS);
  const progress = await promptly(client, ask, WITHIN.forQuery).catch(() => null);
  return progress ? { steps: progress.steps } : {};
}
