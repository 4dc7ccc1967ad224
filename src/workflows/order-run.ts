import type { Duration } from '@temporalio/common';
import { CancellationScope, condition, isCancellation, log } from '@temporalio/workflow';
import type { Failure } from '../domain/failures.ts';
import type { OrderStatus, Step } from '../domain/lifecycle.ts';
import type { OrderToProcess } from '../domain/order.ts';
import { type Call, callsOf } from './calls.ts';
import type { Addressee, RunProgress } from './messages.ts';
import { Progress } from './progress.ts';
import { Saga } from './saga.ts';
import { showHeld, showReleased, showSettled, showStep } from './showing.ts';
import { CallFailed, perform } from './steps.ts';
import { onlyStopped, Stopped, StoredStatus } from './stored-status.ts';

export interface RunSettings {
  /** For how long a step is retried before the order is held. */
  stepPatience: Duration;
  /** For how long a held order waits for an operator before it is cancelled. */
  holdLimit: Duration;
}

/** For an undo of an order that is settled in the database, so that no operator can be asked. */
const UNDO_AGAIN: Duration = '10m';

/** The state of one order under way, and the four things that can be done with a step: take, hold, cancel, undo. */
export class OrderRun implements Addressee {
  readonly calls: ReturnType<typeof callsOf>;
  readonly #settings: RunSettings;
  readonly #steps = new Progress();
  readonly #saga = new Saga();
  readonly #stored: StoredStatus;
  readonly #story = new CancellationScope();
  #status: OrderStatus = 'processing';
  #failure: Failure | null = null;
  #retryAsked = false;
  #cancelAsked = false;
  #isUndoing = false;
  #wasHeld = false;

  constructor(order: OrderToProcess, settings: RunSettings) {
    this.calls = callsOf(order);
    this.#settings = settings;
    this.#stored = new StoredStatus(this.calls.record, this.#steps);
  }

  // Messages

  progress(): RunProgress {
    return { status: this.#status, steps: this.#steps.snapshot(), failure: this.#failure };
  }

  get isHeld(): boolean {
    return this.#status === 'held' && !this.#retryAsked && (this.#isUndoing || !this.#cancelAsked);
  }

  /** Until confirming begins. Asking twice is as good as asking once. */
  get isCancellable(): boolean {
    const isConfirming = this.#steps.stateOf('confirm') === 'running' || this.#steps.stateOf('confirm') === 'done';
    return this.#cancelAsked || (!isConfirming && !this.#isUndoing);
  }

  retry(): void {
    this.#retryAsked = true;
  }

  cancel(): void {
    this.#cancelAsked = true;
    this.#story.cancel();
  }

  // The story

  /** Carries the order to an outcome; whatever stops it on the way, what was done is undone. */
  async carryThrough(story: () => Promise<void>): Promise<OrderStatus> {
    try {
      await this.#story.run(story);
      this.#status = 'confirmed';
    } catch (error) {
      const { status, failure } = this.#stopped(error);
      if (status !== 'confirmed') await CancellationScope.nonCancellable(() => this.#undoAll(status, failure));
      this.#status = status;
    }
    return this.#status;
  }

  /** Takes a step, for as long as it needs: refused, it stops the order; failed, the order is held and goes on from here. */
  async take(step: Step, call: Call, undo?: Call): Promise<void> {
    if (undo) this.#saga.record(step, undo);
    await this.#untilDone(step, async () => (await perform(call, this.#settings.stepPatience)).attempts);
  }

  /**
   * The point of no return. Not cancelled half-way, and without a limit to its patience: it needs only our own
   * database, and while that is away nobody could be told that the order is held.
   */
  async confirm(): Promise<void> {
    await this.#untilDone('confirm', async () => {
      // Taken in the same task as the end of the step before: nothing else has noticed it yet.
      if (this.#cancelAsked) throw new Stopped('cancelled', null);
      return await this.#stored.report('confirmed', null, { confirm: 'done', notify: 'running' });
    });
  }

  /** A courtesy never fails an order. */
  async tryTo(step: Step, call: Call): Promise<void> {
    this.#begin(step);
    await CancellationScope.nonCancellable(async () => {
      try {
        const { attempts } = await perform(call, this.#settings.stepPatience);
        this.#steps.count(step, attempts);
        this.#steps.set(step, 'done');
      } catch (error) {
        this.#fail(step, error);
        log.warn('a courtesy was given up', { step, code: this.#failureOf(step, error).code });
      }
      await this.#stored.report(this.#status, null);
    });
    showSettled(this.#status, this.#wasHeld);
  }

  // Helpers, in call order

  /** @param attempt answers with the calls that it took */
  async #untilDone(step: Step, attempt: () => Promise<number>): Promise<void> {
    for (let earlier = 0; ; earlier = this.#steps.attemptsOf(step)) {
      this.#begin(step);
      try {
        this.#steps.count(step, earlier + (await attempt()));
        this.#steps.set(step, 'done');
        return;
      } catch (error) {
        if (isCancellation(error) || error instanceof Stopped) throw error;
        this.#fail(step, error, earlier);
        const failure = this.#failureOf(step, error);
        if (error instanceof CallFailed && error.kind === 'refused') throw new Stopped('rejected', failure);
        await this.#hold(failure);
      }
    }
  }

  #begin(step: Step): void {
    this.#steps.set(step, 'running');
    this.#steps.count(step, 1);
    showStep(step);
  }

  #fail(step: Step, error: unknown, earlier = 0): void {
    if (!(error instanceof CallFailed)) throw error;
    this.#steps.set(step, 'failed');
    this.#steps.count(step, earlier + error.attempts);
  }

  #failureOf(step: Step, error: unknown): Failure {
    const { code, message } = error as CallFailed;
    return { code, step, detail: message };
  }

  /** Waits, with everything done so far intact, for an operator's retry. */
  async #hold(failure: Failure): Promise<void> {
    await this.#stored.report('held', failure);
    this.#beHeld(failure);
    const retried = await condition(() => this.#retryAsked, this.#settings.holdLimit, { summary: 'hold limit' });
    if (!retried) throw new Stopped('cancelled', failure);
    await this.#stored.report('processing', null);
    this.#beReleased();
  }

  #beHeld(failure: Failure): void {
    this.#retryAsked = false;
    this.#status = 'held';
    this.#failure = failure;
    this.#wasHeld = true;
    showHeld(failure);
  }

  #beReleased(): void {
    this.#status = 'processing';
    this.#failure = null;
    showReleased();
  }

  #stopped(error: unknown): Stopped {
    if (error instanceof Stopped) return error;
    if (isCancellation(error)) return new Stopped('cancelled', this.#failure);
    throw error;
  }

  /** Undoes until nothing is left; what can't be undone is held for an operator and tried again. */
  async #undoAll(status: OrderStatus, failure: Failure | null): Promise<void> {
    this.#isUndoing = true;
    this.#status = 'processing';
    const refused = status === 'rejected' ? failure?.step : undefined;
    for (;;) {
      const failed = await this.#saga.undo((step) => {
        if (step !== refused) this.#steps.set(step, 'undone');
      });
      if (failed.length === 0) break;
      const detail = failed.map(({ step, error }) => `${step}: ${error.code}: ${error.message}`).join('; ');
      await this.#holdUndo({ code: 'undo_failed', step: failed[0]?.step ?? null, detail });
    }
    await this.#stored.report(status, failure).catch(onlyStopped);
    this.#failure = failure;
    showSettled(status, this.#wasHeld);
  }

  /** Nothing may stop an undo, not even an order that is settled in the database already: then it is tried again by itself. */
  async #holdUndo(failure: Failure): Promise<void> {
    const isSettled = await this.#stored.report('held', failure).then(() => false, onlyStopped);
    this.#beHeld(failure);
    await condition(() => this.#retryAsked, isSettled ? UNDO_AGAIN : this.#settings.holdLimit);
    await this.#stored.report('processing', null).catch(onlyStopped);
    this.#beReleased();
  }
}
