import { CancellationScope } from '@temporalio/workflow';
import type { HasChange } from './edition.ts';

/**
 * Schedules a local activity that comes to its end, and then a cancellation that was asked for meanwhile takes effect. A local activity that is
 * cancelled in a later task than the one that began it has no place in the history that the SDK (1.24) could replay: once that task was lost, the
 * run's tasks would fail for ever (decision 0021).
 */
export function inFull<Result>(has: HasChange, schedule: () => Promise<Result>): Promise<Result> {
  const scope = CancellationScope.current();
  return scope.cancellable && !scope.consideredCancelled ? uninterrupted(scope, schedule, has) : schedule();
}

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
