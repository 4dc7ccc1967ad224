import { z } from 'zod';
import { idempotencyKeyOf, keyedStep } from '../domain/names.ts';
import type { PaymentCall } from './contract.ts';
import { failWith } from './failing.ts';
import type { ServiceClient } from './service-client.ts';

const paid = z.object({ ok: z.literal(true), payment_id: z.string(), amount: z.int(), currency: z.string() });
const refunded = z.object({ ok: z.literal(true), refunded: z.int() });
const voided = z.object({ ok: z.literal(true), captured: z.int().min(0) });

export const paymentActivities = (payment: ServiceClient) => ({
  async takePayment(call: PaymentCall): Promise<void> {
    const { orderId, amount, currency, paymentMethod } = call;
    const body = { order_id: orderId, amount, currency, payment_method: paymentMethod };
    const reply = await payment.post({ path: '/pay', call, step: stepOf('pay', call), body, reply: paid });
    if (reply.amount !== amount || reply.currency !== currency) {
      throw failWith('service_contract', 'payment /pay: another amount was taken than asked for');
    }
  },

  async refundPayment(call: PaymentCall): Promise<void> {
    const body = { order_id: call.orderId, amount: call.amount, undoes: keyOf(call) };
    await payment.post({ path: '/refund', call, step: stepOf('refund', call), body, reply: refunded });
  },

  async voidPayment(call: PaymentCall): Promise<{ captured: number }> {
    const body = { order_id: call.orderId, undoes: keyOf(call) };
    const reply = await payment.post({ path: '/void', call, step: stepOf('void', call), body, reply: voided });
    return { captured: reply.captured };
  },
});

const stepOf = (step: string, { revision }: PaymentCall) => keyedStep(step, revision);

/** Of the payment that is undone. */
const keyOf = (call: PaymentCall) => idempotencyKeyOf(call.orderId, stepOf('pay', call));
