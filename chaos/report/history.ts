import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { withWorkflows } from '../operate/temporal.ts';
import type { HistoryEvent } from './run-moments.ts';

/** The events of a run, from the first. @throws where Temporal has none, or can't be asked */
export async function historyFrom(address: string, workflowId: string): Promise<HistoryEvent[]> {
  const history = await withWorkflows(address, (workflows) => workflows.getHandle(workflowId).fetchHistory());
  return (JSON.parse(historyToJSON({ events: history.events })) as { events: HistoryEvent[] }).events;
}
