import { type Duration, defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { FAILURES, type FailureCode, type FailureKind, isFailureCode } from '../domain/failures.ts';

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

/** @param before attempts made before the activity that failed */
export function callFailed(error: unknown, before: number): CallFailed {
  const timedOut = causes(error).find((cause) => cause instanceof TimeoutFailure);
  const failure = causes(error).find((cause) => cause instanceof ApplicationFailure) ?? lastFailureOf(timedOut);
  const attempts = before + Number(failure?.details?.[0] ?? 1);
  if (isFailureCode(failure?.type)) return new CallFailed(failure.type, failure.message, attempts, pauseIn(failure));
  if (timedOut) return new CallFailed('service_timeout', `no answer: ${timedOut.message}`, attempts);
  if (failure || error instanceof ActivityFailure)
    return new CallFailed('internal_error', String(failure?.message ?? error), attempts);
  throw error;
}

/**
 * A step whose patience is over between two attempts times out; why the last attempt failed is in the cause that the
 * server sends along and the SDK (1.24) does not make an error of. Encrypted, it was decrypted with all that came in.
 */
function lastFailureOf(timedOut: TimeoutFailure | undefined): ApplicationFailure | undefined {
  const cause = timedOut?.failure?.cause;
  const error = cause && defaultFailureConverter.failureToError(cause, defaultPayloadConverter);
  return error instanceof ApplicationFailure ? error : undefined;
}

/**
 * The patience was over without an answer from any regular attempt: no worker had a slot for it, or lost it. A service
 * that does not answer is not meant: the attempt says so itself. What is known is why the first attempt failed.
 */
export function isOutOfTime(error: unknown): boolean {
  const timedOut = causes(error).find((cause) => cause instanceof TimeoutFailure);
  return timedOut !== undefined && lastFailureOf(timedOut) === undefined;
}

const pauseIn = ({ details }: ApplicationFailure): number | undefined =>
  typeof details?.[1] === 'number' ? details[1] : undefined;

function causes(error: unknown): unknown[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}
