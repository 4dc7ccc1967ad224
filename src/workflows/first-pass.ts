import { ApplicationFailure, isCancellation, log, scheduleLocalActivity } from '@temporalio/workflow';
import type { Activities, FirstPassCall, PassAnswer } from '../activities/contract.ts';
import { STEPS, type Step } from '../domain/lifecycle.ts';
import { callFailed } from './call-failed.ts';
import type { Call, callsOf } from './calls.ts';
import type { HasChange } from './edition.ts';
import { inFull } from './in-full.ts';
import { Progress } from './progress.ts';
import { ATTEMPT } from './steps.ts';

/** Begun so late, and taking its 3 s, the last call still ends before the SDK renews the workflow task, at 8 s: what is asked of the run waits no longer. */
const BEGUN_WITHIN_MS = 4000;
const OVER_WITHIN = '8s';

interface Answered {
  call: Call;
  answer: PassAnswer;
}

/**
 * The local attempts of an order's steps, made in one activity (decision 0027). The story is told all the same: each of its steps finds here what
 * came of its own attempt, and makes it where there is nothing.
 */
export class FirstPass {
  #answered: Answered[] = [];
  readonly #made = new Set<keyof Activities>();

  /**
   * One after the other, until one does not come out as it should or it is late.
   * @returns whether it is known what came of them
   * @throws the cancellation of the scope, when they were made; not where it came to the confirmation, which is not cancelled half-way
   */
  async make(calls: Call[], has: HasChange): Promise<boolean> {
    const withTimes = calls.map((call) => ({ ...call, withinMs: ATTEMPT[call.activity].localMs }));
    const pass: FirstPassCall = { calls: withTimes, begunWithinMs: BEGUN_WITHIN_MS };
    const options = { startToCloseTimeout: OVER_WITHIN, retry: { maximumAttempts: 1 }, summary: 'first pass' } as const;
    try {
      await inFull(has, async () => {
        this.#take(calls, await scheduleLocalActivity<PassAnswer[]>('makeFirstPass', [pass], options));
      });
    } catch (error) {
      if (!isCancellation(error)) {
        log.warn('the first pass has no answers: the steps are taken one by one', { code: callFailed(error, 0).code });
        return false;
      }
      if (!this.hasMade('recordStatus')) throw error;
    }
    return true;
  }

  /** Whatever came of it. */
  hasMade(activity: keyof Activities): boolean {
    return this.#made.has(activity);
  }

  /**
   * What came of exactly this call. Told once, since asking again is another attempt, and in the order in which they were made: a story that
   * asks in another one is another story, and does not go on from this one's history.
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

  /** @throws where the history is of other code than this, which would take one call's answer for another's: the workflow task fails */
  #take(calls: Call[], answers: PassAnswer[]): void {
    this.#answered = answers.map((answer, index) => {
      const call = calls[index];
      if (call?.activity !== answer.activity)
        throw new Error(`the first pass made ${answer.activity} where this code has ${call?.activity ?? 'nothing'}`);
      this.#made.add(answer.activity);
      return { call, answer };
    });
  }
}

const isSame = (one: Call, other: Call): boolean =>
  one.activity === other.activity && JSON.stringify(one.argument) === JSON.stringify(other.argument);

/** What an order asks for that nothing is in the way of, in the words that its story will use and in its order (`process-order.ts`). */
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
