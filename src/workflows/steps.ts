import type { ActivityOptions, Duration } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  scheduleActivity,
  scheduleLocalActivity,
  sleep,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { Activities } from '../activities/contract.ts';
import { FAILURES, type FailureCode, type FailureKind, isFailureCode } from '../domain/failures.ts';
import type { Call } from './calls.ts';

/**
 * How long one attempt may take: locally, inside the workflow task, and as a regular activity. The local one is short,
 * because a run answers no query, update or cancellation while it lasts.
 */
const ATTEMPT: Record<keyof Activities, { local: Duration; regular: Duration }> = {
  // quick
  deductStock: { local: '2s', regular: '5s' },
  restoreStock: { local: '2s', regular: '5s' },
  recordStatus: { local: '2s', regular: '10s' },
  readOrder: { local: '2s', regular: '10s' },
  // money: a payment that is cut off has an unknown outcome and is asked again
  takePayment: { local: '3s', regular: '15s' },
  refundPayment: { local: '3s', regular: '15s' },
  voidPayment: { local: '3s', regular: '15s' },
  // courtesy
  sendNotification: { local: '2s', regular: '5s' },
};

const RETRY: ActivityOptions['retry'] = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' };

/** A call that did not get through, as a code of the failure table; never branch on the text. */
export class CallFailed extends Error {
  override name = 'CallFailed';
  readonly code: FailureCode;
  readonly attempts: number;
  /** What the service asked for, so that the first regular attempt waits too; the server sees to those after it. */
  readonly retryAfter: Duration | undefined;

  constructor(code: FailureCode, detail: string, attempts: number, retryAfter?: Duration | undefined) {
    super(detail);
    this.code = code;
    this.attempts = attempts;
    this.retryAfter = retryAfter;
  }

  get kind(): FailureKind {
    return FAILURES[this.code].kind;
  }
}

export interface Performed<Name extends keyof Activities> {
  result: Awaited<ReturnType<Activities[Name]>>;
  attempts: number;
}

/**
 * Tries a call once as a local activity, which costs no workflow task of its own; if that fails for any reason but a
 * refusal, as a regular activity, which the Web UI shows as pending with its attempts and last error.
 * @param patience for how long the regular activity is retried; without it, until it gets through
 * @throws CallFailed, or the cancellation of the scope
 */
export async function perform<Name extends keyof Activities>(
  call: Call<Name>,
  patience?: Duration,
): Promise<Performed<Name>> {
  try {
    return { result: await locally(call), attempts: 1 };
  } catch (error) {
    if (isCancellation(error)) throw error;
    const failed = callFailed(error, 0);
    if (failed.kind === 'refused') throw failed;
    if (failed.retryAfter !== undefined) await sleep(failed.retryAfter);
  }
  try {
    const result = await regularly(call, patience);
    return { result, attempts: 1 + result.attempt };
  } catch (error) {
    if (isCancellation(error)) throw error;
    throw callFailed(error, 1);
  }
}

const locally = <Name extends keyof Activities>({ activity, argument, summary }: Call<Name>) =>
  scheduleLocalActivity<Awaited<ReturnType<Activities[Name]>>>(activity, [argument], {
    startToCloseTimeout: ATTEMPT[activity].local,
    retry: { maximumAttempts: 1 },
    summary,
  });

const regularly = <Name extends keyof Activities>({ activity, argument, summary }: Call<Name>, patience?: Duration) =>
  scheduleActivity<Awaited<ReturnType<Activities[Name]>>>(activity, [argument], {
    startToCloseTimeout: ATTEMPT[activity].regular,
    heartbeatTimeout: '5s',
    ...(patience !== undefined && { scheduleToCloseTimeout: patience }),
    retry: RETRY,
    summary,
  });

/** @param before attempts made before the activity that failed */
function callFailed(error: unknown, before: number): CallFailed {
  const failure = causes(error).find((cause) => cause instanceof ApplicationFailure);
  const attempts = before + Number(failure?.details?.[0] ?? 1);
  if (isFailureCode(failure?.type)) return new CallFailed(failure.type, failure.message, attempts, pauseIn(failure));
  const timedOut = causes(error).find((cause) => cause instanceof TimeoutFailure);
  if (timedOut) return new CallFailed('service_timeout', `no answer: ${timedOut.message}`, attempts);
  if (failure || error instanceof ActivityFailure)
    return new CallFailed('internal_error', String(failure?.message ?? error), attempts);
  throw error;
}

const pauseIn = ({ details }: ApplicationFailure): number | undefined =>
  typeof details?.[1] === 'number' ? details[1] : undefined;

function causes(error: unknown): unknown[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}
