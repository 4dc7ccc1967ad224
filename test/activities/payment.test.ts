import { payment } from '../../services/payment/payments.ts';
import { paymentActivities } from '../../src/activities/payment.ts';
import { ServiceClient } from '../../src/activities/service-client.ts';
import { startOnOwnDatabase } from '../services/running-service.ts';
import { aPayment, attempt, failureOf } from './in-activity.ts';

let service: Awaited<ReturnType<typeof startOnOwnDatabase>>;
let activities: ReturnType<typeof paymentActivities>;
beforeAll(async () => {
  service = await startOnOwnDatabase(payment);
  activities = paymentActivities(new ServiceClient('payment', service.url));
});
afterEach(async () => {
  await service.put('/faults', {});
});
afterAll(() => service.stop());

const ledger = async (order: string) =>
  (await service.get(`/ledger?order_id=${order}`)).body.entries.map(
    ({ idempotency_key, kind, amount }: Record<string, unknown>) => [idempotency_key, kind, amount],
  );

describe('taking a payment', () => {
  test('captures the amount under the key of order and step', async () => {
    const call = aPayment();
    await attempt(activities.takePayment, call);
    expect(await ledger(call.orderId)).toEqual([[`${call.orderId}:pay`, 'pay', 4200]]);
  });

  test('again has one effect', async () => {
    const call = aPayment();
    for (const number of [1, 2, 3]) await attempt(activities.takePayment, call, { attempt: number });
    expect(await ledger(call.orderId)).toHaveLength(1);
  });

  test('that was taken although the answer was an error is not taken again', async () => {
    const call = aPayment();
    await service.put('/faults', { fail_after: 1 });
    expect((await failureOf(attempt(activities.takePayment, call))).type).toBe('service_error');
    await service.put('/faults', {});
    await attempt(activities.takePayment, call, { attempt: 2 });
    expect(await ledger(call.orderId)).toHaveLength(1);
  });

  test('that the service declines is refused, and nothing is captured', async () => {
    const call = aPayment({ paymentMethod: 'pm_declined' });
    expect((await failureOf(attempt(activities.takePayment, call))).type).toBe('card_declined');
    expect(await ledger(call.orderId)).toEqual([]);
  });

  test('that arrives after its refund is refused', async () => {
    const call = aPayment();
    await attempt(activities.refundPayment, call);
    expect((await failureOf(attempt(activities.takePayment, call))).type).toBe('undone');
    expect(await ledger(call.orderId)).toEqual([]);
  });
});

describe('refunding a payment', () => {
  test('gives back what was taken, once', async () => {
    const call = aPayment();
    await attempt(activities.takePayment, call);
    for (const number of [1, 2]) await attempt(activities.refundPayment, call, { attempt: number });
    expect(await ledger(call.orderId)).toEqual([
      [`${call.orderId}:pay`, 'pay', 4200],
      [`${call.orderId}:refund`, 'refund', 4200],
    ]);
  });

  test('where nothing was taken is no failure, and does nothing', async () => {
    const call = aPayment();
    await attempt(activities.refundPayment, call);
    expect(await ledger(call.orderId)).toEqual([]);
  });
});
