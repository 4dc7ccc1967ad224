import type { Failure } from '../domain/failures.ts';
import type { OrderStatus, Step } from '../domain/lifecycle.ts';
import { CallFailed } from './call-failed.ts';
import type { RunProgress } from './messages.ts';
import { Progress } from './progress.ts';
import { showHeld, showReleased, showSettled, showStep } from './showing.ts';

/** Where a run stands: its status, its steps, and what it waits for; told to the query and to the Web UI. */
export class Standing {
  readonly steps = new Progress();
  status: OrderStatus = 'processing';
  failure: Failure | null = null;
  #wasHeld = false;

  progress(): RunProgress {
    return { status: this.status, steps: this.steps.snapshot(), failure: this.failure };
  }

  begin(step: Step): void {
    this.steps.set(step, 'running');
    this.steps.count(step, 1);
    showStep(step);
  }

  done(step: Step, attempts: number): void {
    this.steps.count(step, attempts);
    this.steps.set(step, 'done');
  }

  /** @param earlier attempts made before the call that failed */
  fail(step: Step, error: unknown, earlier = 0): Failure {
    if (!(error instanceof CallFailed)) throw error;
    this.steps.set(step, 'failed');
    this.steps.count(step, earlier + error.attempts);
    return { code: error.code, step, detail: error.message };
  }

  hold(failure: Failure): void {
    this.status = 'held';
    this.failure = failure;
    this.#wasHeld = true;
    showHeld(failure);
  }

  release(): void {
    this.status = 'processing';
    this.failure = null;
    showReleased();
  }

  /** Whatever this run knows of the steps before: without them nothing is confirmed. */
  confirm(): void {
    for (const step of ['deduct', 'pay', 'confirm'] as const) this.steps.set(step, 'done');
    this.status = 'confirmed';
  }

  beUndone(): void {
    this.status = 'processing';
    if (this.steps.stateOf('confirm') === 'running') this.steps.set('confirm', 'waiting');
  }

  settle(status: OrderStatus, failure: Failure | null): void {
    this.status = status;
    this.failure = failure;
    showSettled(status, this.#wasHeld);
  }
}
