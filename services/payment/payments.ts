import { z } from 'zod';
import { defineCall } from '../call.ts';
import type { Service } from '../service.ts';
import { text } from '../text.ts';

/** Always declined: an answer. */
const DECLINED_METHOD = 'pm_declined';
/** Never understood: a defect, until it is amended. */
const INVALID_METHOD = 'pm_invalid';

const amount = z.int().min(0);

const pay = defineCall({
  kind: 'pay',
  body: z.object({
    order_id: text,
    amount,
    currency: z.string().regex(/^[A-Z]{3}$/),
    payment_method: text.nullish(),
  }),
  refusal: 'card_declined',
  terms: ({ payment_method }) => ({
    declined: payment_method === DECLINED_METHOD,
    invalid: payment_method === INVALID_METHOD,
  }),
});

/**
 * Gives back what the payment with the key `undoes` has taken, or all that the order has paid where it names none;
 * `amount` is what the caller believes that is.
 */
const refund = defineCall({
  kind: 'refund',
  body: z.object({ order_id: text, amount, undoes: text.optional() }),
  refusal: 'card_declined',
  isUndo: true,
});

/** Tells what the payment with the key `undoes` has taken. One that has taken nothing is barred, and never will. */
const voidPayment = defineCall({
  kind: 'void',
  body: z.object({ order_id: text, undoes: text }),
  refusal: 'card_declined',
  isUndo: true,
});

/** That an order pays once is its caller's promise: two keys are two payments, so that a broken promise shows. */
export const payment: Service = {
  name: 'payment',
  usualLatencyMs: 300,
  definition: new URL('./payments.sql', import.meta.url),
  measure: 'amount',
  calls: [pay, refund, voidPayment],
};
