import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { FAILURES, type FailureCode } from '../domain/failures.ts';

/**
 * A failure of the table, as Temporal carries it. Refusals are an answer, not an error: BENIGN keeps them out of error
 * logs and metrics.
 * @param retryAfterMs asked for by the service
 */
export function failWith(code: FailureCode, message: string, retryAfterMs?: number): ApplicationFailure {
  const { kind } = FAILURES[code];
  return ApplicationFailure.create({
    type: code,
    message,
    nonRetryable: kind !== 'unavailable',
    ...(kind === 'refused' && { category: ApplicationFailureCategory.BENIGN }),
    ...(retryAfterMs !== undefined && { nextRetryDelay: retryAfterMs }),
  });
}
