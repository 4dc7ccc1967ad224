import type { StepProgress } from '../domain/lifecycle.ts';

export type Asked = 'taken' | 'refused' | 'no_run';

/** What the API asks of the runs: a small port, so that routes know nothing of Temporal. */
export interface OrderRuns {
  /** What a run is doing now, or null if that can't be said quickly. Never throws. */
  progressOf(orderId: string): Promise<StepProgress[] | null>;
  /** @throws Problem temporal_unavailable, where neither answer came in time */
  cancel(orderId: string): Promise<Asked>;
  /** @throws Problem temporal_unavailable, where neither answer came in time */
  retry(orderId: string): Promise<Asked>;
  /** Whether Temporal answers. */
  isReachable(): Promise<boolean>;
  workflowLink(orderId: string): string;
}
