import { CancellationScope } from '@temporalio/workflow';
import type { Failure } from '../domain/failures.ts';
import { isSettled, type OrderStatus, type Step, type StepState } from '../domain/lifecycle.ts';
import type { callsOf } from './calls.ts';
import type { Progress } from './progress.ts';
import { perform } from './steps.ts';

/** Why an order does not go on to be confirmed. */
export class Stopped extends Error {
  override name = 'Stopped';
  readonly status: OrderStatus;
  readonly failure: Failure | null;

  constructor(status: OrderStatus, failure: Failure | null) {
    super(`the order is to be ${status}`);
    this.status = status;
    this.failure = failure;
  }
}

/** @returns true, for a rejection that is expected */
export function onlyStopped(error: unknown): true {
  if (error instanceof Stopped) return true;
  throw error;
}

/** The order's status in PostgreSQL, written for as long as that takes. */
export class StoredStatus {
  readonly #recordCall: ReturnType<typeof callsOf>['record'];
  readonly #steps: Progress;

  constructor(recordCall: ReturnType<typeof callsOf>['record'], steps: Progress) {
    this.#recordCall = recordCall;
    this.#steps = steps;
  }

  /**
   * Brings the stored status to what it is here. Where that move is not legal, what is stored is either a settled
   * status, which is followed, or out of date, since this run is alive.
   * @returns calls made
   * @throws Stopped with the settled status
   */
  async report(
    status: OrderStatus,
    failure: Failure | null,
    ahead: Partial<Record<Step, StepState>> = {},
  ): Promise<number> {
    for (;;) {
      const { status: inForce, attempts } = await this.#record(status, failure, ahead);
      if (inForce === status) return attempts;
      if (isSettled(inForce)) throw new Stopped(inForce, failure);
      await this.#record('processing', null);
    }
  }

  /** Writes the status down, for as long as that takes. Answers with the status in force. */
  async #record(
    status: OrderStatus,
    failure: Failure | null,
    ahead: Partial<Record<Step, StepState>> = {},
  ): Promise<{ status: OrderStatus; attempts: number }> {
    const call = this.#recordCall(status, this.#steps.snapshot(ahead), failure);
    const { result, attempts } = await CancellationScope.nonCancellable(() => perform(call));
    return { status: result.status, attempts };
  }
}
