import type { StepProgress } from '../domain/lifecycle.ts';

/** `confirming`: of a cancellation, too late for the run; whether the order is confirmed is up to the database. */
export type Asked = 'taken' | 'refused' | 'confirming' | 'no_run';

/** A run, or Temporal itself, did not answer in time: whether the wish was taken is not known. */
export class RunsUnavailable extends Error {
  override name = 'RunsUnavailable';
}

/** What is asked of the runs: a small port, so that decisions and routes know nothing of Temporal. */
export interface OrderRuns {
  /** What a run is doing now, or null if that can't be said quickly. Never throws. */
  progressOf(orderId: string): Promise<StepProgress[] | null>;
  /**
   * @param askId asked again under the same id, a run gives the answer that it gave before
   * @throws RunsUnavailable
   */
  cancel(orderId: string, askId?: string): Promise<Asked>;
  /** As `cancel`. */
  retry(orderId: string, askId?: string): Promise<Asked>;
  /** Tells a bulk operation's run that it is wanted otherwise; it finds out by itself later, too. Never throws. */
  wakeBulk(bulkId: string): Promise<void>;
  /** Whether Temporal answers. */
  isReachable(): Promise<boolean>;
  workflowLink(orderId: string): string;
  bulkLink(bulkId: string): string;
}
