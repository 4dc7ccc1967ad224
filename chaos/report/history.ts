import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { HistoryEvent } from './run-moments.ts';

/** The events of a run, from the first. @throws where Temporal has none, or can't be asked */
export async function historyFrom(address: string, workflowId: string): Promise<HistoryEvent[]> {
  const connection = await Connection.connect({ address });
  try {
    const { events } = await new Client({ connection }).workflow.getHandle(workflowId).fetchHistory();
    return (JSON.parse(historyToJSON({ events })) as { events: HistoryEvent[] }).events;
  } finally {
    await connection.close();
  }
}
