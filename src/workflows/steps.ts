import type { ActivityOptions, Duration } from '@temporalio/common';
import {
  CancellationScope,
  isCancellation,
  scheduleActivity,
  scheduleLocalActivity,
  sleep,
} from '@temporalio/workflow';
import type { Activities } from '../activities/contract.ts';
import { type CallFailed, callFailed, isOutOfTime } from './call-failed.ts';
import type { Call } from './calls.ts';
import type { HasChange } from './edition.ts';

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

export interface Performed<Name extends keyof Activities> {
  result: Awaited<ReturnType<Activities[Name]>>;
  attempts: number;
}

interface PerformOptions {
  /** For how long the regular activity is retried; without it, until it gets through. */
  patience?: Duration;
  /** Needed in a scope that can be cancelled. */
  has?: HasChange;
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
  { patience, has = unasked }: PerformOptions = {},
): Promise<Performed<Name>> {
  let first: CallFailed;
  try {
    return { result: await locally(call, has), attempts: 1 };
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

function locally<Name extends keyof Activities>({ activity, argument, summary }: Call<Name>, has: HasChange) {
  const schedule = () =>
    scheduleLocalActivity<Awaited<ReturnType<Activities[Name]>>>(activity, [argument], {
      startToCloseTimeout: ATTEMPT[activity].local,
      retry: { maximumAttempts: 1 },
      summary,
    });
  const scope = CancellationScope.current();
  return scope.cancellable && !scope.consideredCancelled ? uninterrupted(scope, schedule, has) : schedule();
}

/**
 * Comes to its end, and then a cancellation that was asked for meanwhile takes effect. A local activity that is cancelled in a later task
 * than the one that began it has no place in the history that the SDK (1.24) could replay: once that task was lost, the run's
 * tasks would fail for ever (decision 0021).
 */
async function uninterrupted<Result>(
  scope: CancellationScope,
  schedule: () => Promise<Result>,
  has: HasChange,
): Promise<Result> {
  const attempt = new CancellationScope({ cancellable: true, parent: new CancellationScope({ cancellable: false }) });
  let isUnderWay = true;
  scope.cancelRequested.catch(() => {
    if (isUnderWay && !has('attempts-end')) attempt.cancel();
  });
  const [outcome] = await Promise.allSettled([attempt.run(schedule)]);
  isUnderWay = false;
  if (scope.consideredCancelled) await scope.cancelRequested; // throws
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

const regularly = <Name extends keyof Activities>({ activity, argument, summary }: Call<Name>, patience?: Duration) =>
  scheduleActivity<Awaited<ReturnType<Activities[Name]>>>(activity, [argument], {
    startToCloseTimeout: ATTEMPT[activity].regular,
    heartbeatTimeout: '5s',
    ...(patience !== undefined && { scheduleToCloseTimeout: patience }),
    retry: RETRY,
    summary,
  });
