import { type Connection, WorkflowClient, type WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

/** What Temporal keeps of a run, as whoever reads its database or its API gets it: text, and every payload's bytes. */
export async function storedOf(connection: Connection, workflowId: string, namespace = 'default'): Promise<string> {
  const handle = new WorkflowClient({ connection, namespace }).getHandle(workflowId);
  const history = historyToJSON(await handle.fetchHistory());
  const description = JSON.stringify((await handle.describe()).raw);
  return readable(`${history}\n${description}`);
}

/** The run's own words for what it does, as its worker hands them to the server: encrypted where it encrypts. */
export async function currentDetailsOf(connection: Connection, { workflowId }: WorkflowHandle): Promise<string> {
  const { queryResult } = await connection.workflowService.queryWorkflow({
    namespace: 'default',
    execution: { workflowId },
    query: { queryType: '__temporal_workflow_metadata' },
  });
  return readable(JSON.stringify(queryResult));
}

/** With what is in base64 beside it. */
export const readable = (json: string): string =>
  [json, ...[...json.matchAll(/"([A-Za-z0-9+/]{8,}={0,2})"/g)].map(([, data]) => fromBase64(data as string))].join(
    '\n',
  );

const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString('utf8');
