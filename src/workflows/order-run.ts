import type { Duration } from '@temporalio/common';
import { CancellationScope, condition, isCancellation, log } from '@temporalio/workflow';
import type { Failure } from '../domain/failures.ts';
import { type OrderStatus, STEPS, type Step } from '../domain/lifecycle.ts';
import type { OrderToProcess } from '../domain/order.ts';
import { Amended, untilNotAmended } from './amended.ts';
import { CallFailed } from './call-failed.ts';
import { type Call, callsOf, type LineCalls, type PaymentCalls, undosOf } from './calls.ts';
import type { HasChange } from './edition.ts';
import { FirstPass, happyCalls } from './first-pass.ts';
import type { Addressee, RunProgress } from './messages.ts';
import type { RunSettings } from './run-settings.ts';
import { Saga } from './saga.ts';
import { Standing } from './standing.ts';
import { perform } from './steps.ts';
import { noOther, Stopped, StoredStatus, stoppedBy, theOther } from './stored-status.ts';

/** For an undo of an order that is settled in the database, so that no operator can be asked. */
const UNDO_AGAIN: Duration = '10m';

/** The state of one order under way, and the four things that can be done with a step: take, hold, cancel, undo. */
export class OrderRun implements Addressee {
  #order: OrderToProcess;
  #calls: ReturnType<typeof callsOf>;
  readonly #settings: RunSettings;
  readonly #has: HasChange;
  readonly #standing = new Standing();
  readonly #saga = new Saga();
  readonly #pass = new FirstPass();
  readonly #stored: StoredStatus;
  readonly #story = new CancellationScope();
  readonly #taken = new Set<string>();
  /** Calls that each step had needed when the order was last amended. */
  #attemptsBefore = new Map<Step, number>();
  #retryAsked = false;
  #cancelAsked: boolean;
  #isUndoing = false;

  constructor(order: OrderToProcess, settings: RunSettings, has: HasChange) {
    this.#order = order;
    this.#calls = callsOf(order);
    this.#settings = settings;
    this.#has = has;
    this.#stored = new StoredStatus(this.#calls.record, this.#standing.steps, has, this.#pass);
    this.#cancelAsked = order.isCancelled === true;
  }

  // Messages

  progress(): RunProgress {
    return this.#standing.progress();
  }

  get isHeld(): boolean {
    return this.#standing.status === 'held' && !this.#retryAsked && (this.#isUndoing || !this.#cancelAsked);
  }

  /** Until confirming begins. Asking twice is as good as asking once. */
  get isCancellable(): boolean {
    const isConfirming = ['running', 'done'].includes(this.#standing.steps.stateOf('confirm'));
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
  async carryThrough(story: (calls: ReturnType<typeof callsOf>) => Promise<void>): Promise<OrderStatus> {
    try {
      await untilNotAmended(() => this.#story.run(() => story(this.#calls)));
      this.#standing.confirm();
    } catch (error) {
      const { status, failure } = stoppedBy(error, this.#standing.failure);
      await CancellationScope.nonCancellable(() => this.#undoAll(status, failure));
    }
    return this.#standing.status;
  }

  /** The local attempts of all steps, in one go. An order that was amended asks for more than that, and one that is cancelled for nothing. */
  async makeFirstPass(): Promise<void> {
    if (!this.#has('first-pass') || this.#order.amendments || this.#order.isCancelled) return;
    this.#standing.begin('deduct');
    if (!(await this.#pass.make(happyCalls(this.#calls), this.#has))) this.#recordAllUndos();
  }

  /** An amended line gets a new key once its earlier ones are given back. */
  async deduct({ key, deduct, restore, earlier }: LineCalls): Promise<void> {
    await this.#take('deduct', key, [...earlier, restore], async () => {
      for (const giveBack of earlier) await this.#perform(giveBack);
      return (await this.#perform(deduct)).attempts;
    });
  }

  /**
   * An amended payment gets a new key once it is known of each earlier one that it has taken nothing, and never will. One
   * that has taken what the order costs stands; another amount is given back.
   */
  async pay({ key, pay, refund, earlier }: PaymentCalls): Promise<void> {
    await this.#take('pay', key, [...earlier.map((before) => before.refund), refund], async () => {
      for (const before of earlier) {
        const { result, attempts } = await this.#perform(before.ask);
        if (result.captured === pay.argument.amount) return attempts;
        if (result.captured > 0) await this.#perform(before.refund);
      }
      return (await this.#perform(pay)).attempts;
    });
  }

  /**
   * The point of no return. Not cancelled half-way, and without a limit to its patience: it needs only our own
   * database, and while that is away nobody could be told that the order is held. Asked for a cancellation, it refuses.
   */
  async confirm(): Promise<void> {
    await this.#untilDone('confirm', async () => {
      // Taken in the same task as the end of the step before: nothing else has noticed it yet.
      if (this.#cancelAsked && !this.#pass.hasMade('recordStatus')) throw new Stopped('cancelled', null);
      return await this.#stored.report('confirmed', null, { confirm: 'done', notify: 'running' });
    });
  }

  /** A courtesy never fails an order. */
  async notify(): Promise<void> {
    const { steps, status } = this.#standing;
    this.#standing.begin('notify');
    const call = this.#calls.notify({ status, steps: steps.snapshot({ notify: 'done' }), failure: null });
    await CancellationScope.nonCancellable(async () => {
      try {
        const { result, attempts } = await this.#perform(call);
        this.#standing.done('notify', attempts);
        if (result.isReported) return;
      } catch (error) {
        const { code } = this.#standing.fail('notify', error);
        log.warn('a courtesy was given up', { step: 'notify', code });
      }
      await this.#stored.report(status, null);
    });
    this.#standing.settle(status, null);
  }

  // Helpers, in call order

  /**
   * Takes a step, for as long as it needs: refused, it stops the order; failed, the order is held and goes on from here.
   * @param key what was taken under it is not taken again
   * @param attempt answers with the calls that it took
   */
  async #take(step: Step, key: string, undos: Call[], attempt: () => Promise<number>): Promise<void> {
    if (this.#taken.has(key)) return;
    for (const undo of undos) this.#saga.record(step, undo);
    if (this.#order.isCancelled) return; // only its undo is wanted; confirming stops the order
    await this.#untilDone(step, attempt);
    this.#taken.add(key);
  }

  #perform<Name extends Call['activity']>(call: Call<Name>) {
    return perform(call, { patience: this.#settings.stepPatience, has: this.#has, pass: this.#pass });
  }

  async #untilDone(step: Step, attempt: () => Promise<number>): Promise<void> {
    const { steps } = this.#standing;
    for (let earlier = this.#attemptsBefore.get(step) ?? 0; ; earlier = steps.attemptsOf(step)) {
      this.#standing.begin(step);
      try {
        return this.#standing.done(step, earlier + (await attempt()));
      } catch (error) {
        if (isCancellation(error) || error instanceof Stopped) throw error;
        const failure = this.#standing.fail(step, error, earlier);
        if (error instanceof CallFailed && error.kind === 'refused') throw new Stopped('rejected', failure);
        await this.#hold(failure);
        await this.#followDecision(failure);
      }
    }
  }

  /** Waits, with everything done so far intact, for an operator's retry. */
  async #hold(failure: Failure): Promise<void> {
    await this.#stored.report('held', failure);
    this.#beHeld(failure);
    const retried = await condition(() => this.#retryAsked, this.#settings.holdLimit, { summary: 'hold limit' });
    if (!retried) throw new Stopped('cancelled', failure);
    await this.#stored.reportReleased();
    this.#standing.release();
  }

  /** Read after `processing` is stored: from then on the order can't be amended behind this run's back. */
  async #followDecision(failure: Failure): Promise<void> {
    if (!this.#has('amendable')) return;
    const { order } = (await perform(this.#calls.read, { has: this.#has })).result;
    // Asked for while this run could not be told. It can't be confirmed any more: nothing is taken for it in vain.
    if (order.isCancelled && this.#has('cancelled-while-held')) throw new Stopped('cancelled', failure);
    if (order.amendments === this.#order.amendments) return;
    this.#order = order;
    this.#calls = callsOf(order);
    this.#attemptsBefore = new Map(STEPS.map((step) => [step, this.#standing.steps.attemptsOf(step)]));
    throw new Amended();
  }

  #beHeld(failure: Failure): void {
    this.#retryAsked = false;
    this.#standing.hold(failure);
  }

  #recordAllUndos(): void {
    for (const { step, call } of undosOf(this.#calls)) this.#saga.record(step, call);
  }

  /** Undoes, unless it is confirmed, until nothing is left; what can't be undone is held for an operator and tried again. */
  async #undoAll(status: OrderStatus, failure: Failure | null): Promise<void> {
    this.#standing.beUndone();
    if (!this.#order.isCancelled && (await this.#stored.isConfirmedAfterAll(status))) return this.#standing.confirm();
    // A task that was lost may have gone further than this one, which was cancelled before.
    if (status === 'cancelled' && this.#has('decided-first')) this.#recordAllUndos();
    this.#isUndoing = true;
    if (status === 'cancelled') this.#cancelAsked = true; // whoever asks for it now has it
    const refused = status === 'rejected' ? failure?.step : undefined;
    const isMade = (step: Step) => step === 'pay' && this.#pass.hasMade('takePayment'); // and the story did not come to it
    for (;;) {
      const failed = await this.#saga.undo((step) => {
        const isBegun = this.#order.isCancelled || this.#standing.steps.stateOf(step) !== 'waiting' || isMade(step);
        if (isBegun && step !== refused) this.#standing.steps.set(step, 'undone');
      });
      if (failed.length === 0) break;
      const detail = failed.map(({ step, error }) => `${step}: ${error.code}: ${error.message}`).join('; ');
      await this.#holdUndo({ code: 'undo_failed', step: failed[0]?.step ?? null, detail });
    }
    const other = await this.#stored.report(status, failure).then(noOther, theOther);
    this.#standing.settle(other ?? status, failure);
  }

  /** Nothing may stop an undo, not even an order that is settled in the database already: then it is tried again by itself. */
  async #holdUndo(failure: Failure): Promise<void> {
    const settled = await this.#stored.report('held', failure).then(noOther, theOther);
    this.#beHeld(failure);
    await condition(() => this.#retryAsked, settled ? UNDO_AGAIN : this.#settings.holdLimit);
    await this.#stored.reportReleased().catch(theOther);
    this.#standing.release();
  }
}
