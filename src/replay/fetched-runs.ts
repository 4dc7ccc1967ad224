import { type Client, isGrpcServiceError } from '@temporalio/client';
import { PROCESS_ORDER, TASK_QUEUE, workflowIdOf } from '../domain/names.ts';
import { NoHistory } from './complaint.ts';
import type { RecordedRun } from './recorded-run.ts';

/** google.rpc.Code. `fetchHistory` hands the server's error on as it is. */
const NOT_FOUND = 5;

const ORDER_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The latest run of each id: of an order by the order's id, of anything else by its workflow id.
 * @throws NoHistory
 */
export async function* runsOf(client: Client, ids: string[]): AsyncGenerator<RecordedRun> {
  for (const id of ids) {
    const workflowId = ORDER_ID.test(id) ? workflowIdOf(id.toLowerCase()) : id;
    const run = await fetchedRun(client, workflowId);
    if (!run) throw new NoHistory(`Temporal has no run of ${id} (workflow ${workflowId})`);
    yield run;
  }
}

/**
 * Fetches each history when it is asked for. Not `list().intoHistories()`: that reads on however slow its reader is
 * (SDK 1.24 drops `bufferLimit`), and fails as a whole when one run has passed its retention meanwhile.
 */
export async function* runsMatching(client: Client, query: string): AsyncGenerator<RecordedRun> {
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    const run = await fetchedRun(client, workflowId, runId);
    if (run) yield run;
  }
}

/**
 * A run that failed or was terminated is not under way, and code that was repaired since is meant to differ: it is replayed where it is asked for.
 * Source: docs.temporal.io, List Filter.
 */
export function queryFor({ failed, since }: { failed: boolean; since: Date | undefined }): string {
  const ended = `WorkflowType = "${PROCESS_ORDER}" AND ExecutionStatus IN ("Failed", "Terminated", "TimedOut")`;
  const started = since && `TaskQueue = "${TASK_QUEUE}" AND StartTime >= "${since.toISOString()}"`;
  return [failed ? ended : 'ExecutionStatus NOT IN ("Failed", "Terminated")', started].filter(Boolean).join(' AND ');
}

async function fetchedRun(client: Client, workflowId: string, runId?: string): Promise<RecordedRun | null> {
  try {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    return { workflowId, history: { events: (history.events ?? []) as RecordedRun['history']['events'] } };
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === NOT_FOUND) return null;
    throw error;
  }
}
