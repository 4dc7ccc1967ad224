import { setTimeout as pause } from 'node:timers/promises';
import { ApplicationFailureCategory } from '@temporalio/common';
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
afterAll(async () => {
  // Calls that were given up leave connections without a request, which a service waits for as it closes.
  await Promise.all(Array.from({ length: 10 }, () => service.get('/faults')));
  await service.stop();
});

const fault = (faults: object) => service.put('/faults', faults);
const pay = (startToCloseTimeoutMs = 2000, call = aPayment()) =>
  attempt(activities.takePayment, call, { startToCloseTimeoutMs });

describe('a service that', () => {
  test('is slow, but not too slow, is waited for', async () => {
    await fault({ latency_ms: 100 });
    await pay(1000);
  });

  test.each<[string, object, string]>([
    ['is too slow', { latency_ms: 800 }, 'service_timeout'],
    ['hangs', { hang: 1 }, 'service_timeout'],
    ['closes the connection', { drop: 1 }, 'service_unreachable'],
    ['fails', { fail: 1 }, 'service_error'],
    ['fails after it did its work', { fail_after: 1 }, 'service_error'],
    ['is overloaded', { fail: 1, status: 429 }, 'service_overloaded'],
    ['is away for a while', { fail: 1, status: 503 }, 'service_overloaded'],
    ['waited too long for another', { fail: 1, status: 504 }, 'service_timeout'],
    ['gave up waiting for us', { fail: 1, status: 408 }, 'service_timeout'],
    ['is not ready for the call yet', { fail: 1, status: 425 }, 'service_error'],
  ])('%s is tried again', async (_, faults, code) => {
    await fault(faults);
    const isTimed = 'latency_ms' in faults || 'hang' in faults;
    const failure = await failureOf(pay(isTimed ? 500 : 2000));
    expect([failure.type, failure.nonRetryable]).toEqual([code, false]);
    expect(failure.category).not.toBe(ApplicationFailureCategory.BENIGN);
    expect(failure.message).toMatch(/^payment \/pay: /);
  });

  test.each<[string, object, string]>([
    ['answers what no contract mentions', { garbage: 1 }, 'service_contract'],
    ['does not understand the call', { fail: 1, status: 400 }, 'service_rejected_call'],
    ['lets nobody in', { fail: 1, status: 401 }, 'service_rejected_call'],
    ['has no such address', { fail: 1, status: 404 }, 'service_rejected_call'],
    ['says that the key was used for another call', { fail: 1, status: 422 }, 'service_rejected_call'],
  ])('%s is a defect, and not tried again', async (_, faults, code) => {
    await fault(faults);
    const failure = await failureOf(pay());
    expect([failure.type, failure.nonRetryable]).toEqual([code, true]);
    expect(failure.category).not.toBe(ApplicationFailureCategory.BENIGN);
  });

  test('refuses has answered: not tried again, and nobody is alarmed', async () => {
    await fault({ refuse: 1 });
    const failure = await failureOf(pay());
    expect([failure.type, failure.nonRetryable]).toEqual(['card_declined', true]);
    expect(failure.category).toBe(ApplicationFailureCategory.BENIGN);
  });

  test('asks for a pause gets it', async () => {
    await fault({ fail: 1, status: 429, retry_after: 7 });
    expect((await failureOf(pay())).nextRetryDelay).toBe(7000);
  });

  test('has a fault in one call only is asked the other', async () => {
    await fault({ fail: 1, paths: ['/pay'] });
    const call = aPayment();
    expect((await failureOf(attempt(activities.takePayment, call))).type).toBe('service_error');
    await attempt(activities.refundPayment, call);
  });

  test('is not there is unreachable', async () => {
    const { takePayment } = paymentActivities(new ServiceClient('payment', 'http://127.0.0.1:1'));
    const failure = await failureOf(attempt(takePayment, aPayment()));
    expect([failure.type, failure.nonRetryable]).toEqual(['service_unreachable', false]);
  });
});

describe('a call', () => {
  test('ends before the server takes the attempt for lost', async () => {
    await fault({ hang: 1 });
    const ended: string[] = [];
    // Of two timers that are both late the earlier one still comes first.
    const call = failureOf(pay(600)).then(() => ended.push('call'));
    const attempt = pause(600).then(() => ended.push('attempt'));
    await Promise.all([call, attempt]);
    expect(ended).toEqual(['call', 'attempt']);
  });
});
