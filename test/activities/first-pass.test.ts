import { setTimeout as pause } from 'node:timers/promises';
import { CancelledFailure, Context } from '@temporalio/activity';
import { attemptMs } from '../../src/activities/attempt-time.ts';
import type { Activities, PassCall } from '../../src/activities/contract.ts';
import { failWith } from '../../src/activities/failing.ts';
import { firstPassActivity } from '../../src/activities/first-pass.ts';
import { TRACEPARENT } from '../support/orders.ts';
import { aDeduction, aNotification, anAttempt, aPayment, attempt } from './in-activity.ts';

let made: string[];
beforeEach(() => {
  made = [];
});

/** As they would be, but for those that are told otherwise. */
function activities(others: Partial<Record<keyof Activities, () => Promise<unknown>>> = {}): Activities {
  const usual = {
    deductStock: async () => ({ attempt: 1 }),
    takePayment: async () => ({ attempt: 1 }),
    recordStatus: async () => ({ attempt: 1, status: 'confirmed' }),
    sendNotification: async () => ({ attempt: 1, isReported: true }),
    ...others,
  };
  const noted = (name: string, run: () => Promise<unknown>) => async () => {
    made.push(name);
    return await run();
  };
  return Object.fromEntries(
    Object.entries(usual).map(([name, run]) => [name, noted(name, run)]),
  ) as unknown as Activities;
}

const aReport = {
  orderId: 'order-1',
  traceparent: TRACEPARENT,
  status: 'confirmed' as const,
  steps: [],
  failure: null,
};

const callsOf = (withinMs: number): PassCall[] =>
  [
    { activity: 'deductStock' as const, argument: aDeduction() },
    { activity: 'takePayment' as const, argument: aPayment() },
    { activity: 'recordStatus' as const, argument: aReport },
    { activity: 'sendNotification' as const, argument: aNotification() },
  ].map((call) => ({ ...call, summary: `of ${call.activity}`, withinMs }));

const aPass = ({ withinMs = 1000, begunWithinMs = 1000 } = {}) => ({ calls: callsOf(withinMs), begunWithinMs });

const passOf = (all: Activities, times?: Parameters<typeof aPass>[0]) =>
  attempt(firstPassActivity(all).makeFirstPass, aPass(times));

test('makes the calls in their order, and answers with what each was answered and how long it took', async () => {
  const answers = await passOf(activities());
  expect(made).toEqual(['deductStock', 'takePayment', 'recordStatus', 'sendNotification']);
  expect(answers.map(({ activity, summary, result }) => [activity, summary, result])).toEqual([
    ['deductStock', 'of deductStock', { attempt: 1 }],
    ['takePayment', 'of takePayment', { attempt: 1 }],
    ['recordStatus', 'of recordStatus', { attempt: 1, status: 'confirmed' }],
    ['sendNotification', 'of sendNotification', { attempt: 1, isReported: true }],
  ]);
  for (const { ms } of answers) expect(ms).toBeGreaterThanOrEqual(0);
});

test('ends with the first that fails, whose failure is the last answer', async () => {
  const takePayment = async () => {
    throw failWith('service_overloaded', 'payment /pay: 503', 2000);
  };
  const answers = await passOf(activities({ takePayment }));
  expect(made).toEqual(['deductStock', 'takePayment']);
  expect(answers).toMatchObject([
    { activity: 'deductStock', result: { attempt: 1 } },
    { activity: 'takePayment', failure: { type: 'service_overloaded', message: 'payment /pay: 503' } },
  ]);
});

test('tells nobody of a confirmation that is not in force', async () => {
  const answers = await passOf(activities({ recordStatus: async () => ({ attempt: 1, status: 'cancelled' }) }));
  expect(made).toEqual(['deductStock', 'takePayment', 'recordStatus']);
  expect(answers.at(-1)?.result).toEqual({ attempt: 1, status: 'cancelled' });
});

test('gives each call its own time, and makes none after one that takes longer', async () => {
  const times: number[] = [];
  const deductStock = async () => {
    times.push(attemptMs());
    return { attempt: 1 };
  };
  const answers = await passOf(activities({ deductStock, takePayment: () => pause(10_000, null, { ref: false }) }), {
    withinMs: 50,
  });
  expect(times).toEqual([50]);
  expect(made).toEqual(['deductStock', 'takePayment']);
  expect(answers.at(-1)).toMatchObject({ failure: { type: 'service_timeout' } });
  expect(answers.at(-1)?.ms).toBeGreaterThanOrEqual(45);
});

test('begins no call that is late', async () => {
  const slow = () => pause(600).then(() => ({ attempt: 1 }));
  const answers = await passOf(activities({ deductStock: slow, takePayment: slow }), { begunWithinMs: 1000 });
  expect(answers.map(({ activity }) => activity)).toEqual(['deductStock', 'takePayment']);
  expect(made).toEqual(['deductStock', 'takePayment']);
});

test("a call that fails when its time is over is nobody's business any more", async () => {
  const takePayment = async () => {
    await pause(80);
    throw failWith('service_error', 'too late');
  };
  const answers = await passOf(activities({ takePayment }), { withinMs: 30 });
  await pause(100); // unhandled, its failure would end this process
  expect(answers.at(-1)).toMatchObject({ failure: { type: 'service_timeout' } });
});

test('a call by itself has the time of its activity', async () => {
  expect(await anAttempt({ startToCloseTimeoutMs: 1234 }).run(async () => attemptMs())).toBe(1234);
});

test('cancelled, it makes no further call and has no answers', async () => {
  const environment = anAttempt();
  const deductStock = async () => {
    environment.cancel();
    await expect(Context.current().cancelled).rejects.toBeInstanceOf(CancelledFailure);
    return { attempt: 1 };
  };
  const pass = environment.run(firstPassActivity(activities({ deductStock })).makeFirstPass, aPass());
  await expect(pass).rejects.toBeInstanceOf(CancelledFailure);
  expect(made).toEqual(['deductStock']);
});
