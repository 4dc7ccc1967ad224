import { Context } from '@temporalio/activity';
import type { Activities, Receipt, StatusCall } from '../../src/activities/contract.ts';
import { failWith } from '../../src/activities/failing.ts';
import type { FailureCode } from '../../src/domain/failures.ts';
import { isSettled, LEGAL_MOVES, type OrderStatus } from '../../src/domain/lifecycle.ts';
import { keyedStep } from '../../src/domain/names.ts';
import type { OrderToProcess } from '../../src/domain/order.ts';

export type Name = keyof Activities;

interface Planned {
  code: FailureCode;
  /** How many calls fail; the next one gets through. */
  times: number;
  /** The work is done, and then the answer is lost. */
  afterwards: boolean;
  retryAfterMs: number | undefined;
}

/** Everything an order touches, as one fake: effects by order, what was called, and what is to fail. */
export class FakeWorld {
  readonly calls: { activity: Name; at: number; local: boolean; attempt: number }[] = [];
  readonly reports: StatusCall[] = [];
  readonly deducted = new Map<string, number>();
  /** Captured payments, one entry each. */
  readonly payments: number[] = [];
  /** What each captured payment was asked for with. */
  readonly methods: string[] = [];
  /** As it is stored; an operator may amend it. */
  order: OrderToProcess | undefined;
  readonly notifications: string[] = [];
  status: OrderStatus = 'processing';
  /** In the database, whether or not the run was told. */
  isCancelAsked = false;
  refunded = 0;
  readonly #planned = new Map<Name, Planned>();
  readonly #keys = new Set<string>();
  #onCall: (activity: Name) => void | Promise<void> = () => {};

  fail(
    activity: Name,
    code: FailureCode,
    { times = Number.POSITIVE_INFINITY, afterwards = false, retryAfterMs = undefined as number | undefined } = {},
  ): this {
    this.#planned.set(activity, { code, times, afterwards, retryAfterMs });
    return this;
  }

  heal(activity: Name): this {
    this.#planned.delete(activity);
    return this;
  }

  /** Told before each call takes effect; what it awaits delays the call. */
  onCall(listener: (activity: Name) => void | Promise<void>): this {
    this.#onCall = listener;
    return this;
  }

  /** @returns whether the workflow task that is told how the last call ended is to be lost */
  takeLoss(): boolean {
    return false;
  }

  countOf(activity: Name): number {
    return this.calls.filter((call) => call.activity === activity).length;
  }

  get captured(): number {
    return this.payments.reduce((sum, amount) => sum + amount, 0) - this.refunded;
  }

  get stillDeducted(): number {
    return [...this.deducted.values()].reduce((sum, quantity) => sum + quantity, 0);
  }

  readonly #captured = new Map<string, number>();

  readonly activities: Activities = {
    deductStock: (call) =>
      this.#perform('deductStock', () =>
        this.#once(keyedStep(`deduct:${call.line}`, call.revision), () =>
          this.deducted.set(call.productId, call.quantity),
        ),
      ),
    restoreStock: (call) =>
      this.#perform('restoreStock', () =>
        this.#once(keyedStep(`restore:${call.line}`, call.revision), () => {
          const original = keyedStep(`deduct:${call.line}`, call.revision);
          if (this.#keys.has(original)) this.deducted.delete(call.productId);
          this.#keys.add(original); // barred
        }),
      ),
    takePayment: (call) =>
      this.#perform('takePayment', () => {
        const key = keyedStep('pay', call.revision);
        this.#once(key, () => {
          this.payments.push(call.amount);
          this.methods.push(call.paymentMethod);
          this.#captured.set(key, call.amount);
        });
      }),
    refundPayment: (call) =>
      this.#perform('refundPayment', () =>
        this.#once(keyedStep('refund', call.revision), () => {
          const key = keyedStep('pay', call.revision);
          this.refunded += this.#captured.get(key) ?? 0;
          this.#captured.delete(key);
          this.#keys.add(key); // barred
        }),
      ),
    voidPayment: async (call) => {
      const key = keyedStep('pay', call.revision);
      const receipt = await this.#perform('voidPayment', () => this.#keys.add(key));
      return { ...receipt, captured: this.#captured.get(key) ?? 0 };
    },
    sendNotification: async ({ report, ...call }) => {
      const receipt = await this.#perform('sendNotification', () =>
        this.#once('notify', () => this.notifications.push(call.type)),
      );
      if (!report || !Context.current().info.isLocal) return receipt;
      const isReported = (this.#planned.get('recordStatus')?.times ?? 0) === 0;
      if (isReported) this.#move({ ...call, ...report });
      return { ...receipt, isReported };
    },
    recordStatus: async (call) => {
      const receipt = await this.#perform('recordStatus', () => this.#move(call));
      return { ...receipt, status: this.#isBarred(call) && !isSettled(this.status) ? 'cancelled' : this.status };
    },
    readOrder: async () => {
      const receipt = await this.#perform('readOrder', () => {});
      const order = this.order as OrderToProcess;
      return { ...receipt, order: this.isCancelAsked ? { ...order, isCancelled: true } : order };
    },
  };

  #move(report: StatusCall): void {
    this.reports.push(report);
    const isLegal = report.status === this.status || LEGAL_MOVES.includes(`${this.status}>${report.status}`);
    if (isLegal && !this.#isBarred(report)) this.status = report.status;
  }

  #isBarred({ status }: StatusCall): boolean {
    return this.isCancelAsked && status === 'confirmed' && this.status !== 'confirmed';
  }

  #once(key: string, effect: () => void): void {
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    effect();
  }

  async #perform(activity: Name, effect: () => void): Promise<Receipt> {
    const { attempt, isLocal } = Context.current().info;
    this.calls.push({ activity, at: Date.now(), local: isLocal, attempt });
    await this.#onCall(activity);
    const planned = this.#planned.get(activity);
    if (!planned || planned.times === 0) {
      effect();
      return { attempt };
    }
    planned.times -= 1;
    if (planned.afterwards) effect();
    const failure = failWith(planned.code, `${activity} is to fail`, planned.retryAfterMs);
    Object.assign(failure, { details: [attempt, planned.retryAfterMs ?? null] });
    throw failure;
  }
}
