import { setTimeout as pause } from 'node:timers/promises';
import { type WorkflowClient, WorkflowNotFoundError } from '@temporalio/client';
import { withWorkflows } from '../operate/temporal.ts';
import type { RunEnd, ShownOrder } from './evidence.ts';

const AT_ONCE = 25;
/** A confirmed order's run goes on until its customer is told, or that is given up. */
const PATIENCE_MS = 30_000;

/** How each order's run ended. */
export const allRuns = (address: string, orders: ShownOrder[]): Promise<Map<string, RunEnd>> =>
  withWorkflows(address, async (workflows) => {
    const runs = new Map<string, RunEnd>();
    const left = [...orders];
    const limit = Date.now() + PATIENCE_MS;
    const ask = async () => {
      for (let order = left.pop(); order; order = left.pop()) {
        runs.set(order.order_id, await endOf(workflows.getHandle(workflowIdIn(order)), limit));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
    return runs;
  });

async function endOf(handle: ReturnType<WorkflowClient['getHandle']>, limit: number): Promise<RunEnd> {
  try {
    let run = await handle.describe();
    while (run.status.name === 'RUNNING' && Date.now() < limit) {
      await pause(500);
      run = await handle.describe();
    }
    const state = run.status.name;
    if (state !== 'COMPLETED') return { state, result: null };
    const { status: result } = (await handle.result()) as { status: string };
    return { state, result };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { state: 'MISSING', result: null };
    throw error;
  }
}

/** The link into the Web UI ends with it. */
export const workflowIdIn = ({ links }: Pick<ShownOrder, 'links'>): string =>
  links.workflow.split('/').at(-1) as string;
