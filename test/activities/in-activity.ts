import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { NotificationCall, PaymentCall, StockCall } from '../../src/activities/contract.ts';
import { TRACEPARENT } from '../support/orders.ts';

const quiet = new DefaultLogger('ERROR');

interface Attempt {
  startToCloseTimeoutMs?: number;
  attempt?: number;
  isLocal?: boolean;
}

/** One attempt of an activity, as the SDK would run it. A `MockActivityEnvironment` is good for one only. */
export const anAttempt = (info: Attempt = {}): MockActivityEnvironment =>
  new MockActivityEnvironment({ startToCloseTimeoutMs: 2000, isLocal: true, ...info }, { logger: quiet });

export const attempt = <Call, Result>(
  activity: (call: Call) => Promise<Result>,
  call: Call,
  info?: Attempt,
): Promise<Result> => anAttempt(info).run(activity, call);

/** What became of an attempt that must not succeed. */
export async function failureOf(result: Promise<unknown>): Promise<ApplicationFailure> {
  const failure = await result.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure instanceof ApplicationFailure) return failure;
  throw new Error(`failed with no ApplicationFailure, but with ${failure}`);
}

let orders = 0;
const call = () => ({ orderId: `order-${++orders}`, traceparent: TRACEPARENT });

export const aPayment = (changes: Partial<PaymentCall> = {}): PaymentCall => ({
  ...call(),
  amount: 4200,
  currency: 'EUR',
  paymentMethod: 'pm_card',
  ...changes,
});

export const aDeduction = (changes: Partial<StockCall> = {}): StockCall => ({
  ...call(),
  line: 1,
  productId: 'sku-1',
  quantity: 2,
  ...changes,
});

export const aNotification = (changes: Partial<NotificationCall> = {}): NotificationCall => ({
  ...call(),
  type: 'order_confirmed',
  locale: 'en',
  ...changes,
});
