import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { Failure } from '../domain/failures.ts';
import { isSettled, type OrderStatus, type Step, type StepState } from '../domain/lifecycle.ts';
import type { callsOf } from './calls.ts';
import type { HasChange } from './edition.ts';
import type { FirstPass } from './first-pass.ts';
import type { Progress } from './progress.ts';
import { perform, performOnRecord } from './steps.ts';

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

/** @param failure of an order that was held and is cancelled */
export function stoppedBy(error: unknown, failure: Failure | null): Stopped {
  if (error instanceof Stopped) return error;
  if (isCancellation(error)) return new Stopped('cancelled', failure);
  throw error;
}

/** Of a report that took effect. */
export const noOther = (): undefined => undefined;

/** Of a report that did not: the settled status that is in force instead. */
export function theOther(error: unknown): OrderStatus {
  if (error instanceof Stopped) return error.status;
  throw error;
}

/** The order's status in PostgreSQL, written for as long as that takes. */
export class StoredStatus {
  readonly #recordCall: ReturnType<typeof callsOf>['record'];
  readonly #steps: Progress;
  readonly #has: HasChange;
  readonly #pass: FirstPass;

  constructor(recordCall: ReturnType<typeof callsOf>['record'], steps: Progress, has: HasChange, pass: FirstPass) {
    this.#recordCall = recordCall;
    this.#steps = steps;
    this.#has = has;
    this.#pass = pass;
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

  /**
   * To be asked before anything is undone for an order that is to end with `status`.
   *
   * On record: why the order ends is then in the history. Lost in the middle of undoing, a workflow task would otherwise
   * begin again without knowing it, and be refused its own steps as `undone`. And a task that was lost may have confirmed
   * the order: then a cancellation that came in between must not undo it.
   */
  async isConfirmedAfterAll(status: OrderStatus): Promise<boolean> {
    if (status === 'confirmed' || !this.#has('decided-first')) return status === 'confirmed';
    return (await this.#recordOnRecord()) === 'confirmed';
  }

  /**
   * To be called when an operator lets the order go on, before anything is done for it.
   *
   * On record: the asking is in the history only when its task is over. Lost with its task it is forgotten, and the run waits
   * for it again; nobody would ask, if by then the order were stored as under way, or as confirmed.
   * @throws Stopped with a settled status that is in force
   */
  async reportReleased(): Promise<void> {
    if (this.#has('released-on-record') && (await this.#recordOnRecord()) === 'processing') return;
    await this.report('processing', null);
  }

  /** Writes down that the order is under way, and with that the end of this task in the history. Answers with the status in force. */
  async #recordOnRecord(): Promise<OrderStatus> {
    const call = this.#recordCall('processing', this.#steps.snapshot(), null);
    return (await CancellationScope.nonCancellable(() => performOnRecord(call))).status;
  }

  /** Writes the status down, for as long as that takes. Answers with the status in force. */
  async #record(
    status: OrderStatus,
    failure: Failure | null,
    ahead: Partial<Record<Step, StepState>> = {},
  ): Promise<{ status: OrderStatus; attempts: number }> {
    const call = this.#recordCall(status, this.#steps.snapshot(ahead), failure);
    const { result, attempts } = await CancellationScope.nonCancellable(() => perform(call, { pass: this.#pass }));
    return { status: result.status, attempts };
  }
}
