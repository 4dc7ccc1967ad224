import type { ActivityOptions, Duration } from '@temporalio/common';
import { isCancellation, scheduleActivity, scheduleLocalActivity, sleep } from '@temporalio/workflow';
import type { Activities } from '../activities/contract.ts';
import { type CallFailed, callFailed, isOutOfTime } from './call-failed.ts';
import type { Call } from './calls.ts';
import type { HasChange } from './edition.ts';
import type { FirstPass } from './first-pass.ts';
import { inFull } from './in-full.ts';

/**
 * How long one attempt may take: locally, inside the workflow task, and as a regular activity. The local one is short,
 * because a run answers no query, update or cancellation while it lasts.
 */
export const ATTEMPT: Record<keyof Activities, { localMs: number; regular: Duration }> = {
  // quick
  deductStock: { localMs: 2000, regular: '5s' },
  restoreStock: { localMs: 2000, regular: '5s' },
  recordStatus: { localMs: 2000, regular: '10s' },
  readOrder: { localMs: 2000, regular: '10s' },
  // money: a payment that is cut off has an unknown outcome and is asked again
  takePayment: { localMs: 3000, regular: '15s' },
  refundPayment: { localMs: 3000, regular: '15s' },
  voidPayment: { localMs: 3000, regular: '15s' },
  // courtesy
  sendNotification: { localMs: 2000, regular: '5s' },
};

const RETRY: ActivityOptions['retry'] = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' };

export interface Performed<Name extends keyof Activities> {
  result: Awaited<ReturnType<Activities[Name]>>;
  attempts: number;
}

interface PerformOptions {
  /** For how long the regular activity is retried; without it, until it gets through. */
  patience?: Duration;
  /** Needed in a scope that can be cancelled. */
  has?: HasChange;
  /** Where the local attempt was made, if it was. */
  pass?: FirstPass;
}

const unasked: HasChange = () => {
  throw new Error('a call that can be cancelled must know which changes its run has');
};

/**
 * Tries a call once as a local activity, which costs no workflow task of its own; if that fails for any reason but a
 * refusal, as a regular activity, which the Web UI shows as pending with its attempts and last error.
 * @throws CallFailed, or the cancellation of the scope
 */
export async function perform<Name extends keyof Activities>(
  call: Call<Name>,
  { patience, has = unasked, pass }: PerformOptions = {},
): Promise<Performed<Name>> {
  let first: CallFailed;
  try {
    return { result: pass?.answerTo(call) ?? (await locally(call, has)), attempts: 1 };
  } catch (error) {
    if (isCancellation(error)) throw error;
    first = callFailed(error, 0);
    if (first.kind === 'refused') throw first;
    if (first.retryAfter !== undefined) await sleep(first.retryAfter);
  }
  try {
    const result = await regularly(call, patience);
    return { result, attempts: 1 + result.attempt };
  } catch (error) {
    if (isCancellation(error)) throw error;
    throw isOutOfTime(error) ? first : callFailed(error, 1);
  }
}

/**
 * Makes a call as a regular activity at once, for as long as it takes. That ends the workflow task: what was decided in
 * it is in the history before the call.
 * @throws CallFailed, or the cancellation of the scope
 */
export async function performOnRecord<Name extends keyof Activities>(
  call: Call<Name>,
): Promise<Performed<Name>['result']> {
  try {
    return await regularly(call);
  } catch (error) {
    throw isCancellation(error) ? error : callFailed(error, 0);
  }
}

const locally = <Name extends keyof Activities>({ activity, argument, summary }: Call<Name>, has: HasChange) =>
  inFull(has, () =>
    scheduleLocalActivity<Awaited<ReturnType<Activities[Name]>>>(activity, [argument], {
      startToCloseTimeout: ATTEMPT[activity].localMs,
      retry: { maximumAttempts: 1 },
      summary,
    }),
  );

const regularly = <Name extends keyof Activities>({ activity, argument, summary }: Call<Name>, patience?: Duration) =>
  scheduleActivity<Awaited<ReturnType<Activities[Name]>>>(activity, [argument], {
    startToCloseTimeout: ATTEMPT[activity].regular,
    heartbeatTimeout: '5s',
    ...(patience !== undefined && { scheduleToCloseTimeout: patience }),
    retry: RETRY,
    summary,
  });
