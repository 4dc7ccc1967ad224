import { ApplicationFailure, isCancellation, log, scheduleLocalActivity } from '@temporalio/workflow';
import type { Activities, PassAnswer, PassCall } from '../activities/contract.ts';
import { STEPS, type Step } from '../domain/lifecycle.ts';
import { callFailed } from './call-failed.ts';
import type { Call, callsOf } from './calls.ts';
import type { HasChange } from './edition.ts';
import { inFull } from './in-full.ts';
import { Progress } from './progress.ts';
import { ATTEMPT } from './steps.ts';

/** For what the calls need besides their own time. */
const MARGIN_MS = 1000;

interface Answered {
  call: Call;
  answer: PassAnswer;
}

/**
 * The local attempts of an order's steps, made in one activity (decision 0027). The story is told all the same: each of its steps finds here what came of
 * its own attempt, and makes it where there is nothing.
 */
export class FirstPass {
  #answered: Answered[] = [];

  /** One after the other, until one does not come out as it should. @throws the cancellation of the scope, when they were made */
  async make(calls: Call[], has: HasChange): Promise<void> {
    const pass: PassCall[] = calls.map(({ activity, argument }) => ({
      ...{ activity, argument },
      withinMs: ATTEMPT[activity].localMs,
    }));
    const options = {
      startToCloseTimeout: pass.reduce((total, { withinMs }) => total + withinMs, MARGIN_MS),
      retry: { maximumAttempts: 1 },
      summary: 'first pass',
    };
    try {
      await inFull(has, async () => {
        const answers = await scheduleLocalActivity<PassAnswer[]>('makeFirstPass', [pass], options);
        this.#answered = answers.map((answer, index) => ({ call: calls[index] as Call, answer }));
      });
    } catch (error) {
      if (isCancellation(error)) throw error;
      log.warn('the first pass has no answers: the steps are taken one by one', { code: callFailed(error, 0).code });
    }
  }

  /** Whether there is an answer to it that was not told. */
  hasAnswerTo(call: Call): boolean {
    return this.#answered.some((each) => isSame(each.call, call));
  }

  /**
   * What came of exactly this call. Told once, since asking again is another attempt, and in the order in which they were made: a story that asks
   * in another one is another story, and does not go on from this one's history.
   * @returns undefined where it is not the next that was made
   * @throws ApplicationFailure, as the activity itself would
   */
  answerTo<Name extends keyof Activities>(call: Call<Name>): Awaited<ReturnType<Activities[Name]>> | undefined {
    const [next] = this.#answered;
    if (!next || !isSame(next.call, call)) return undefined;
    this.#answered.shift();
    if (next.answer.failure) throw ApplicationFailure.create(next.answer.failure);
    return next.answer.result as Awaited<ReturnType<Activities[Name]>>;
  }
}

const isSame = (one: Call, other: Call): boolean =>
  one.activity === other.activity && JSON.stringify(one.argument) === JSON.stringify(other.argument);

/** What an order asks for that nothing is in the way of, in the words that its story will use. */
export function happyCalls({ lines, payment, record, notify }: ReturnType<typeof callsOf>): Call[] {
  const until = (last: Step) => STEPS.slice(0, STEPS.indexOf(last) + 1);
  return [
    ...lines.map(({ deduct }) => deduct),
    payment.pay,
    record('confirmed', taken(until('confirm')).snapshot({ notify: 'running' }), null),
    notify({ status: 'confirmed', steps: taken(until('notify')).snapshot(), failure: null }),
  ];
}

function taken(steps: readonly Step[]): Progress {
  const progress = new Progress();
  for (const step of steps) {
    progress.set(step, 'done');
    progress.count(step, 1);
  }
  return progress;
}
