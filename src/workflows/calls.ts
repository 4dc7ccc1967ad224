import type { Activities } from '../activities/contract.ts';
import type { Failure } from '../domain/failures.ts';
import type { OrderStatus, StepProgress } from '../domain/lifecycle.ts';
import type { OrderToProcess } from '../domain/order.ts';

/** An activity that is about to be called, with what the Web UI says about it. */
export interface Call<Name extends keyof Activities = keyof Activities> {
  activity: Name;
  argument: Parameters<Activities[Name]>[0];
  summary: string;
}

/** Everything an order may ask of the outside world, and how each is undone. */
export function callsOf(order: OrderToProcess) {
  const { id: orderId, traceparent } = order;
  const lines = order.items.map((item, index) => ({ orderId, traceparent, line: index + 1, ...item }));
  const payment = { orderId, traceparent, ...pick(order) };
  const money = `${order.amount} ${order.currency}`;
  return {
    lines: lines.map((line) => ({
      deduct: { activity: 'deductStock', argument: line, summary: `${line.quantity} × ${line.productId}` },
      restore: { activity: 'restoreStock', argument: line, summary: `back: ${line.quantity} × ${line.productId}` },
    })) satisfies Record<string, Call>[],
    pay: { activity: 'takePayment', argument: payment, summary: money } satisfies Call,
    refund: { activity: 'refundPayment', argument: payment, summary: `back: ${money}` } satisfies Call,
    notify: {
      activity: 'sendNotification',
      argument: { orderId, traceparent, type: 'order_confirmed' as const, locale: order.locale },
      summary: 'tell the customer',
    } satisfies Call,
    record: (status: OrderStatus, steps: StepProgress[], failure: Failure | null): Call<'recordStatus'> => ({
      activity: 'recordStatus',
      argument: { orderId, traceparent, status, steps, failure },
      summary: status,
    }),
  };
}

const pick = ({ amount, currency, paymentMethod }: OrderToProcess) => ({ amount, currency, paymentMethod });
