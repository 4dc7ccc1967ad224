import { Client, Connection } from '@temporalio/client';
import { medianOf } from '../report/spread.ts';

const SAMPLE = 20;

/** How many events the histories of complete runs have, the median of some. Each event is written and kept. */
export async function eventsOfRuns(address: string): Promise<number> {
  const connection = await Connection.connect({ address });
  try {
    const events: number[] = [];
    const runs = new Client({ connection }).workflow.list({ query: "ExecutionStatus = 'Completed'", pageSize: SAMPLE });
    for await (const { historyLength } of runs) if (events.push(historyLength) === SAMPLE) break;
    return medianOf(events);
  } finally {
    await connection.close();
  }
}
