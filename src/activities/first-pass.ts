import { ApplicationFailure, Context } from '@temporalio/activity';
import type { OrderStatus } from '../domain/lifecycle.ts';
import { attemptWithin } from './attempt-time.ts';
import type { Activities, FirstPassActivity, PassAnswer, PassCall, StatusCall } from './contract.ts';

/** Makes an order's calls by way of the activities that each of them is by itself. */
export const firstPassActivity = (activities: Activities): FirstPassActivity => ({
  async makeFirstPass({ calls, begunWithinMs }) {
    const answers: PassAnswer[] = [];
    const late = performance.now() + begunWithinMs;
    for (const call of calls) {
      if (performance.now() > late) break;
      Context.current().cancellationSignal.throwIfAborted();
      const answer = await answerTo(call, activities);
      answers.push(answer);
      if (!isAsWished(call, answer)) break;
    }
    return answers;
  },
});

async function answerTo(
  { activity, argument, summary, withinMs }: PassCall,
  activities: Activities,
): Promise<PassAnswer> {
  const make = activities[activity] as (argument: PassCall['argument']) => Promise<object>;
  const started = performance.now();
  const outcome = await attemptWithin(withinMs, () => make(argument)).then((result) => ({ result }), failureIn);
  return { activity, summary, ms: Math.round(performance.now() - started), ...outcome };
}

function failureIn(error: unknown): Pick<PassAnswer, 'failure'> {
  if (!(error instanceof ApplicationFailure)) throw error; // cancelled
  const { type, message, details } = error;
  return { failure: { type: type ?? 'internal_error', message, details: details ?? [] } };
}

/** Of a status: written down, and not another one that is in force. */
function isAsWished({ argument }: PassCall, { activity, result }: PassAnswer): boolean {
  if (!result || activity !== 'recordStatus') return result !== undefined;
  return (result as { status: OrderStatus }).status === (argument as StatusCall).status;
}
