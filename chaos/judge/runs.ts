import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import type { RunEnd, ShownOrder } from './evidence.ts';

const AT_ONCE = 25;
/** A confirmed order's run goes on until its customer is told, or that is given up. */
const PATIENCE_MS = 30_000;

/** How each order's run ended. */
export async function allRuns(address: string, orders: ShownOrder[]): Promise<Map<string, RunEnd>> {
  const connection = await Connection.connect({ address });
  try {
    const { workflow } = new Client({ connection });
    const runs = new Map<string, RunEnd>();
    const left = [...orders];
    const limit = Date.now() + PATIENCE_MS;
    const ask = async () => {
      for (let order = left.pop(); order; order = left.pop()) {
        runs.set(order.order_id, await endOf(workflow.getHandle(workflowIdIn(order)), limit));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
    return runs;
  } finally {
    await connection.close();
  }
}

async function endOf(handle: ReturnType<Client['workflow']['getHandle']>, limit: number): Promise<RunEnd> {
  try {
    let { status } = await handle.describe();
    while (status.name === 'RUNNING' && Date.now() < limit) {
      await pause(500);
      ({ status } = await handle.describe());
    }
    if (status.name !== 'COMPLETED') return { state: status.name, result: null };
    const { status: result } = (await handle.result()) as { status: string };
    return { state: status.name, result };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { state: 'MISSING', result: null };
    throw error;
  }
}

/** The link into the Web UI ends with it. */
export const workflowIdIn = ({ links }: Pick<ShownOrder, 'links'>): string =>
  links.workflow.split('/').at(-1) as string;
