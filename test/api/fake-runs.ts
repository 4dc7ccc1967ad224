import { type Asked, type OrderRuns, RunsUnavailable } from '../../src/decisions/order-runs.ts';
import type { StepProgress } from '../../src/domain/lifecycle.ts';

/** Runs that do as they are told. */
export class FakeRuns implements OrderRuns {
  asked: string[] = [];
  isAway = false;
  progress: StepProgress[] | null = null;
  /** What a run answers; it may do something before. */
  answer: () => Asked | Promise<Asked> = () => 'taken';

  reset(): void {
    Object.assign(this, new FakeRuns());
  }

  async progressOf(orderId: string): Promise<StepProgress[] | null> {
    this.asked.push(`progress ${orderId}`);
    return this.progress;
  }

  cancel(orderId: string): Promise<Asked> {
    return this.#ask(`cancel ${orderId}`);
  }

  retry(orderId: string): Promise<Asked> {
    return this.#ask(`retry ${orderId}`);
  }

  async wakeBulk(bulkId: string): Promise<void> {
    this.asked.push(`wake ${bulkId}`);
  }

  async isReachable(): Promise<boolean> {
    return !this.isAway;
  }

  workflowLink(orderId: string): string {
    return `http://ui.example/workflows/order-${orderId}`;
  }

  bulkLink(bulkId: string): string {
    return `http://ui.example/workflows/bulk-${bulkId}`;
  }

  /** As an answer: this run gives none. */
  fail(): never {
    throw new RunsUnavailable('the run does not answer');
  }

  async #ask(question: string): Promise<Asked> {
    if (this.isAway) throw new RunsUnavailable('Temporal is away');
    this.asked.push(question);
    return await this.answer();
  }
}
