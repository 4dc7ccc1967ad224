import { noStepTaken, type Step, type StepProgress, type StepState } from '../domain/lifecycle.ts';

/** Where a run stands, step by step: what the query answers and what is stored with the status. */
export class Progress {
  readonly #steps = new Map<Step, StepProgress>(noStepTaken().map((progress) => [progress.step, progress]));

  set(step: Step, state: StepState): void {
    this.#of(step).state = state;
  }

  /** Of several items of a step, the one that needed most attempts counts. */
  count(step: Step, attempts: number): void {
    this.#of(step).attempts = Math.max(this.#of(step).attempts, attempts);
  }

  attemptsOf(step: Step): number {
    return this.#of(step).attempts;
  }

  stateOf(step: Step): StepState {
    return this.#of(step).state;
  }

  /** @param ahead states that will hold once what carries this snapshot has succeeded */
  snapshot(ahead: Partial<Record<Step, StepState>> = {}): StepProgress[] {
    return [...this.#steps.values()].map((progress) => ({
      ...progress,
      state: ahead[progress.step] ?? progress.state,
    }));
  }

  #of(step: Step): StepProgress {
    return this.#steps.get(step) as StepProgress;
  }
}
