import type { Activities, NotificationCall } from '../activities/contract.ts';
import type { Failure } from '../domain/failures.ts';
import type { OrderStatus, Step, StepProgress } from '../domain/lifecycle.ts';
import type { ItemToProcess, OrderToProcess } from '../domain/order.ts';

/** An activity that is about to be called, with what the Web UI says about it. */
export interface Call<Name extends keyof Activities = keyof Activities> {
  activity: Name;
  argument: Parameters<Activities[Name]>[0];
  summary: string;
}

/** A line's stock. `earlier`: what gives back, and bars, what was asked for before the line was amended. */
export interface LineCalls {
  /** Line and revision: tells whether this very deduction was taken already. */
  key: string;
  deduct: Call<'deductStock'>;
  restore: Call<'restoreStock'>;
  earlier: Call<'restoreStock'>[];
}

/** The order's payment. `earlier`: payments that were asked for before it was amended, under keys of their own. */
export interface PaymentCalls {
  key: string;
  pay: Call<'takePayment'>;
  refund: Call<'refundPayment'>;
  earlier: { ask: Call<'voidPayment'>; refund: Call<'refundPayment'> }[];
}

/** Everything an order may ask of the outside world, and how each is undone. */
export function callsOf(order: OrderToProcess) {
  const { id: orderId, traceparent } = order;
  return {
    lines: order.items.map((_, index) => lineCalls(order, index)),
    payment: paymentCalls(order),
    notify: (report: NonNullable<NotificationCall['report']>): Call<'sendNotification'> => ({
      activity: 'sendNotification',
      argument: { orderId, traceparent, type: 'order_confirmed', locale: order.locale, report },
      summary: 'tell the customer',
    }),
    record: (status: OrderStatus, steps: StepProgress[], failure: Failure | null): Call<'recordStatus'> => ({
      activity: 'recordStatus',
      argument: { orderId, traceparent, status, steps, failure },
      summary: status,
    }),
    read: { activity: 'readOrder', argument: { orderId, traceparent }, summary: 'was it amended?' } satisfies Call,
  };
}

/** What undoes each step, whether it was taken or not, in the order of the steps. */
export const undosOf = ({ lines, payment }: ReturnType<typeof callsOf>): { step: Step; call: Call }[] => [
  ...lines.flatMap(({ earlier, restore }) => [...earlier, restore]).map((call) => ({ step: 'deduct' as const, call })),
  ...[...payment.earlier, payment].map(({ refund }) => ({ step: 'pay' as const, call: refund })),
];

function lineCalls({ id: orderId, traceparent, items }: OrderToProcess, index: number): LineCalls {
  const { productId, quantity, earlier = [] } = items[index] as ItemToProcess;
  const line = { orderId, traceparent, line: index + 1, productId };
  const restore = (quantity: number, revision: number): Call<'restoreStock'> => ({
    activity: 'restoreStock',
    argument: { ...line, quantity, ...revised(revision) },
    summary: `back: ${quantity} × ${productId}`,
  });
  return {
    key: `deduct:${line.line}:${earlier.length}`,
    deduct: {
      activity: 'deductStock',
      argument: { ...line, quantity, ...revised(earlier.length) },
      summary: `${quantity} × ${productId}`,
    },
    restore: restore(quantity, earlier.length),
    earlier: earlier.map(restore),
  };
}

function paymentCalls(order: OrderToProcess): PaymentCalls {
  const { id: orderId, traceparent, currency, paymentMethod, earlierAmounts = [] } = order;
  const argument = (amount: number, revision: number) => ({
    orderId,
    traceparent,
    amount,
    currency,
    paymentMethod,
    ...revised(revision),
  });
  const refund = (amount: number, revision: number): Call<'refundPayment'> => ({
    activity: 'refundPayment',
    argument: argument(amount, revision),
    summary: `back: ${amount} ${currency}`,
  });
  const revision = earlierAmounts.length;
  const summary = `${order.amount} ${currency}`;
  return {
    key: `pay:${revision}`,
    pay: { activity: 'takePayment', argument: argument(order.amount, revision), summary },
    refund: refund(order.amount, revision),
    earlier: earlierAmounts.map((amount, earlier) => ({
      ask: { activity: 'voidPayment', argument: argument(amount, earlier), summary: 'was it paid before?' },
      refund: refund(amount, earlier),
    })),
  };
}

const revised = (revision: number) => (revision > 0 ? { revision } : {});
