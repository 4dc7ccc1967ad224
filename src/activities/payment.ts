import { z } from 'zod';
import type { PaymentCall } from './contract.ts';
import { failWith } from './failing.ts';
import type { ServiceClient } from './service-client.ts';

const paid = z.object({ ok: z.literal(true), payment_id: z.string(), amount: z.int(), currency: z.string() });
const refunded = z.object({ ok: z.literal(true), refunded: z.int() });

export const paymentActivities = (payment: ServiceClient) => ({
  async takePayment(call: PaymentCall): Promise<void> {
    const { orderId, amount, currency, paymentMethod } = call;
    const body = { order_id: orderId, amount, currency, payment_method: paymentMethod };
    const reply = await payment.post({ path: '/pay', call, step: 'pay', body, reply: paid });
    if (reply.amount !== amount || reply.currency !== currency) {
      throw failWith('service_contract', 'payment /pay: another amount was taken than asked for');
    }
  },

  async refundPayment(call: PaymentCall): Promise<void> {
    const body = { order_id: call.orderId, amount: call.amount };
    await payment.post({ path: '/refund', call, step: 'refund', body, reply: refunded });
  },
});
