import { ApplicationFailure, defineQuery, defineUpdate, setHandler } from '@temporalio/workflow';
import type { Failure, FailureCode } from '../domain/failures.ts';
import type { OrderStatus, StepProgress } from '../domain/lifecycle.ts';
import { BEING_CONFIRMED, QUERY_PROGRESS, UPDATE_CANCEL, UPDATE_RETRY } from '../domain/names.ts';

export interface RunProgress {
  status: OrderStatus;
  steps: StepProgress[];
  failure: Failure | null;
}

export const progressQuery = defineQuery<RunProgress>(QUERY_PROGRESS);

/** A held order goes on from the step that failed. Answers with the status it then has. */
export const retryUpdate = defineUpdate<OrderStatus>(UPDATE_RETRY);

/** Stops an order that is not yet being confirmed; what was done is undone afterwards. The database is asked first. */
export const cancelUpdate = defineUpdate<OrderStatus>(UPDATE_CANCEL);

/** What messages need of a run: nothing of how it does it. */
export interface Addressee {
  progress(): RunProgress;
  isHeld: boolean;
  isCancellable: boolean;
  retry(): void;
  cancel(): void;
}

export function answerMessages(run: Addressee): void {
  setHandler(progressQuery, () => run.progress());
  setHandler(
    retryUpdate,
    (): OrderStatus => {
      run.retry();
      return 'processing';
    },
    {
      description: 'Go on from the step that failed',
      validator: () => refuseUnless(run.isHeld, 'order_not_held', 'the order is not held'),
    },
  );
  setHandler(
    cancelUpdate,
    (): OrderStatus => {
      run.cancel();
      return run.progress().status;
    },
    {
      description: 'Stop the order and undo what was done for it',
      validator: () => {
        const details = isConfirming(run) ? [BEING_CONFIRMED] : [];
        refuseUnless(run.isCancellable, 'order_not_cancellable', 'it is too late to cancel the order', details);
      },
    },
  );
}

/** And not confirmed, as far as the run knows. */
const isConfirming = (run: Addressee): boolean =>
  run.progress().steps.some(({ step, state }) => step === 'confirm' && state === 'running');

function refuseUnless(condition: boolean, code: FailureCode, why: string, details: string[] = []): void {
  if (!condition) throw ApplicationFailure.create({ type: code, message: why, details, nonRetryable: true });
}
