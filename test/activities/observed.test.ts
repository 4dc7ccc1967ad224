import { ApplicationFailureCategory } from '@temporalio/common';
import type { Activities } from '../../src/activities/contract.ts';
import { failWith } from '../../src/activities/failing.ts';
import { observed } from '../../src/activities/observed.ts';
import { storedOrderActivities } from '../../src/activities/stored-order.ts';
import { createLog } from '../../src/telemetry/log.ts';
import type { StepSample } from '../../src/telemetry/worker-metrics.ts';
import { aPayment, attempt, failureOf } from './in-activity.ts';

let samples: StepSample[];
let left: string[];
beforeEach(() => {
  samples = [];
  left = [];
});

const observe = (takePayment: () => Promise<unknown>) =>
  observed({ takePayment } as unknown as Activities, {
    log: createLog('test', 'silent'),
    metrics: { step: (sample) => samples.push(sample) },
    onLeftFirstPass: (orderId) => left.push(orderId),
  }).takePayment;

describe('an observed activity', () => {
  test('answers with the attempt that got through, and is counted', async () => {
    expect(
      await attempt(
        observe(async () => undefined),
        aPayment(),
        { attempt: 3 },
      ),
    ).toEqual({ attempt: 3 });
    expect(samples).toEqual([{ step: 'takePayment', outcome: 'done', local: true, milliseconds: expect.any(Number) }]);
    expect(left).toEqual([]);
  });

  test('that fails says so with its code, and the attempt that failed', async () => {
    const failing = observe(() => Promise.reject(failWith('service_timeout', 'no answer', 1500)));
    const failure = await failureOf(attempt(failing, aPayment(), { attempt: 2 }));
    expect([failure.type, failure.nonRetryable, failure.nextRetryDelay]).toEqual(['service_timeout', false, 1500]);
    expect(failure.details?.[0]).toBe(2);
    expect(samples).toMatchObject([{ outcome: 'service_timeout' }]);
  });

  test('keeps a refusal quiet', async () => {
    const failure = await failureOf(
      attempt(
        observe(() => Promise.reject(failWith('card_declined', 'no'))),
        aPayment(),
      ),
    );
    expect([failure.category, failure.nonRetryable]).toEqual([ApplicationFailureCategory.BENIGN, true]);
  });

  test('gives every other error a code', async () => {
    const failure = await failureOf(
      attempt(
        observe(() => Promise.reject(new TypeError('x is not y'))),
        aPayment(),
      ),
    );
    expect([failure.type, failure.nonRetryable]).toEqual(['internal_error', true]);
  });

  test('has left the first pass where its local attempt failed, and only then', async () => {
    const call = aPayment();
    const failing = observe(() => Promise.reject(failWith('service_error', '500')));
    await failureOf(attempt(failing, call, { isLocal: false }));
    expect(left).toEqual([]);
    await failureOf(attempt(failing, call, { isLocal: true }));
    expect(left).toEqual([call.orderId]);
  });
});

describe('recording a status', () => {
  const report = { ...aPayment(), status: 'confirmed', steps: [], failure: null } as const;
  const recording = (record: () => Promise<{ status: 'cancelled'; settledNow: boolean } | null>) => {
    const told: unknown[] = [];
    const { recordStatus } = storedOrderActivities({
      record,
      read: async () => undefined,
      onRecorded: (_, inForce) => told.push(inForce),
    });
    return { told, recorded: attempt(recordStatus, { ...report, steps: [] }) };
  };

  test('answers with the status in force, whatever was reported', async () => {
    const { recorded, told } = recording(async () => ({ status: 'cancelled', settledNow: false }));
    expect(await recorded).toEqual({ status: 'cancelled' });
    expect(told).toHaveLength(1);
  });

  test('of an order that is not there is a defect', async () => {
    const failure = await failureOf(recording(async () => null).recorded);
    expect([failure.type, failure.nonRetryable]).toEqual(['order_missing', true]);
  });

  test('is tried again while the database is away', async () => {
    const away = Object.assign(new Error('closed'), { code: 'CONNECTION_CLOSED' });
    const failure = await failureOf(recording(() => Promise.reject(away)).recorded);
    expect([failure.type, failure.nonRetryable]).toEqual(['database_unavailable', false]);
  });
});
