import { proxySinks, type Sinks } from '@temporalio/workflow';

export const TASK_QUEUE = 'bench-empty';

export interface EndSinks extends Sinks {
  end: { reached(): void };
}

const { end } = proxySinks<EndSinks>();

/** Nothing but its end, told inside the worker process: the server has no part in it. */
export async function empty(): Promise<void> {
  end.reached();
}
