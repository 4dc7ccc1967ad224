import type { BulkCounts } from '../domain/bulk.ts';
import type { Failure } from '../domain/failures.ts';
import type { OrderStatus, StepProgress } from '../domain/lifecycle.ts';
import type { OrderToProcess } from '../domain/order.ts';

/**
 * What the workflow asks of the outside world. Types only: workflow code imports this file.
 *
 * Every activity is idempotent by order and step. Failures are `ApplicationFailure`s whose `type` is a code of
 * `domain/failures.ts`; refusals and defects are not retryable. Their details are
 * the attempt that failed and, where the service asked for a pause, its milliseconds.
 */
export interface Activities {
  deductStock(call: StockCall): Promise<Receipt>;
  /** Nothing happens where nothing was deducted; a late deduction is refused afterwards. */
  restoreStock(call: StockCall): Promise<Receipt>;
  takePayment(call: PaymentCall): Promise<Receipt>;
  /** Nothing happens where nothing was taken; a late payment is refused afterwards. */
  refundPayment(call: PaymentCall): Promise<Receipt>;
  /** What the payment has taken, in minor units; one that has taken nothing never will. */
  voidPayment(call: PaymentCall): Promise<Receipt & { captured: number }>;
  /** `isReported`: the status that came with the call is written down as well. */
  sendNotification(call: NotificationCall): Promise<Receipt & { isReported?: boolean }>;
  /**
   * Answers with the status in force afterwards: another than the reported one, if that move was not legal. `cancelled`
   * may be in force before it is stored: a cancellation was asked for, and the order is not confirmed any more.
   */
  recordStatus(report: StatusCall): Promise<Receipt & { status: OrderStatus }>;
  /** The order as it is stored now: an operator may have amended it. */
  readOrder(call: OrderCall): Promise<Receipt & { order: OrderToProcess }>;
}

/** The calls that a happy order needs, in one activity: each costs less than as one of its own (decision 0027). */
export interface FirstPassActivity {
  /**
   * Makes the calls one after the other, each once, until one does not come out as it should or it is late. Answers for those that were
   * made; a failure is an answer too. Idempotent as each of them is.
   */
  makeFirstPass(pass: FirstPassCall): Promise<PassAnswer[]>;
}

export interface FirstPassCall {
  calls: PassCall[];
  /** Milliseconds: no call is begun after that. */
  begunWithinMs: number;
}

export interface PassCall {
  activity: keyof Activities;
  argument: Parameters<Activities[keyof Activities]>[0];
  summary: string;
  withinMs: number;
}

/** Either a result or a failure, as the activity by itself would have had it; the rest is for who reads the history. */
export interface PassAnswer {
  activity: keyof Activities;
  summary: string;
  ms: number;
  result?: object;
  failure?: { type: string; message: string; details: unknown[] };
}

export interface Receipt {
  /** The attempt that got through, from 1. */
  attempt: number;
}

export interface OrderCall {
  orderId: string;
  traceparent: string;
}

export interface StockCall extends OrderCall {
  /** Position in the order, from 1: the key of a call must not depend on what the product is called. */
  line: number;
  /** How often the line was amended before: each amendment gives it a key of its own. */
  revision?: number;
  productId: string;
  quantity: number;
}

export interface PaymentCall extends OrderCall {
  /** How often the payment was amended before: each amendment gives it a key of its own. */
  revision?: number;
  amount: number;
  currency: string;
  paymentMethod: string;
}

export interface NotificationCall extends OrderCall {
  type: 'order_confirmed';
  locale: string;
  /** As it is to be stored once the customer was told. A local attempt sees to it itself, which saves a call of its own. */
  report?: Omit<StatusCall, keyof OrderCall>;
}

export interface StatusCall extends OrderCall {
  status: OrderStatus;
  steps: StepProgress[];
  failure: Failure | null;
}

/** What a bulk operation asks of the outside world. */
export interface BulkActivities {
  /** Asks a second's worth of its orders, and writes down what has become of those that were asked. */
  resolveSome(call: { bulkId: string }): Promise<BulkProgress>;
}

export interface BulkProgress {
  /**
   * What is to be done: there are more to ask; none, but some whose outcome is open; nothing until an operator resumes it;
   * or nothing any more.
   */
  next: 'ask' | 'follow' | 'rest' | 'end';
  counts: BulkCounts;
}

/** What the daily review asks of the outside world. A review is known by the time that it was scheduled for. */
export interface ReviewActivities {
  /** Counts what is held or failed, keeps it for the next review to compare with, and logs it. */
  takeDigest(call: ReviewCall): Promise<{ total: number; groups: number }>;
  deliverDigest(call: ReviewCall): Promise<'delivered' | 'not_wanted'>;
}

export interface ReviewCall {
  /** RFC 3339. */
  scheduledAt: string;
}
