import { Context } from '@temporalio/activity';
import type { Activities } from '../../src/activities/contract.ts';
import { failWith } from '../../src/activities/failing.ts';
import type { FailureCode } from '../../src/domain/failures.ts';
import { FakeWorld } from './fake-world.ts';

/** What becomes of one call. `lost`: the work is done, and the answer does not arrive. */
export type Outcome = 'done' | 'unavailable' | 'lost' | 'refused' | 'defect';

export type Name = keyof Activities;
type AnyCall = { orderId: string; line?: number; status?: string };

export interface Made {
  activity: Name;
  call: AnyCall;
  outcome: Outcome;
}

const CODES: Record<Exclude<Outcome, 'done'>, FailureCode> = {
  unavailable: 'service_error',
  lost: 'service_timeout',
  refused: 'refused',
  defect: 'service_contract',
};

/** Of a call's activity and, where an order has several of it, which: `takePayment`, `deductStock:2`. */
export const nameOf = (activity: Name, { line }: AnyCall): string => (line ? `${activity}:${line}` : activity);

/** A world whose calls end as they are told, one after the other, and from then on well. */
export class ScriptedWorld extends FakeWorld {
  readonly made: Made[] = [];
  readonly #script: Map<string, Outcome[]>;
  #loss: { at: number; meanwhile: () => void } | undefined;
  wasTaskLost = false;

  constructor(script: Record<string, Outcome[]>) {
    super();
    this.#script = new Map(Object.entries(script).map(([name, outcomes]) => [name, [...outcomes]]));
    Object.assign(this, { activities: this.#scripted(this.activities) });
  }

  /**
   * The workflow task that is told how the nth call ended is lost, with all that was done in it.
   * @param meanwhile comes before that call takes effect
   */
  loseTaskAt(at: number, meanwhile = () => {}): this {
    this.#loss = { at, meanwhile };
    return this;
  }

  override takeLoss(): boolean {
    if (!this.#loss || this.made.length < this.#loss.at) return false;
    this.#loss = undefined;
    this.wasTaskLost = true;
    return true;
  }

  #scripted(activities: Activities): Activities {
    const entries = Object.entries(activities).map(([name, perform]) => [
      name,
      (call: AnyCall) => this.#play(name as Name, call, () => (perform as (call: AnyCall) => Promise<unknown>)(call)),
    ]);
    return Object.fromEntries(entries) as Activities;
  }

  async #play(activity: Name, call: AnyCall, perform: () => Promise<unknown>): Promise<unknown> {
    const outcome = this.#script.get(nameOf(activity, call))?.shift() ?? 'done';
    this.made.push({ activity, call, outcome });
    if (this.made.length === this.#loss?.at) this.#loss.meanwhile();
    const result = outcome === 'done' || outcome === 'lost' ? await perform() : undefined;
    // A worker that dies makes none of the calls that its attempt would have made after this one.
    if (this.made.length === this.#loss?.at && Context.current().info.isLocal) throw new Error('the worker is gone');
    if (outcome === 'done') return result;
    throw Object.assign(failWith(CODES[outcome], `${activity} is to be ${outcome}`), { details: [1, null] });
  }
}
