import type { Step } from '../domain/lifecycle.ts';
import { CallFailed } from './call-failed.ts';
import type { Call } from './calls.ts';
import { perform } from './steps.ts';

interface Undo {
  step: Step;
  call: Call;
}

/**
 * What has to be undone should the order not be confirmed. An undo is recorded before its step, because a step that
 * timed out may have happened; where it has not, undoing is a no-op at the service.
 */
export class Saga {
  #undos: Undo[] = [];
  readonly #recorded = new Set<string>();

  /** Once each, however often the step is begun. */
  record(step: Step, call: Call): void {
    const key = JSON.stringify([call.activity, call.argument]);
    if (this.#recorded.has(key)) return;
    this.#recorded.add(key);
    this.#undos.push({ step, call });
  }

  /**
   * Undoes the newest first, waiting for as long as a service is away. One that can't be undone does not stop the
   * others; it stays recorded, to be tried again by the next call.
   * @returns what could not be undone
   */
  async undo(undone: (step: Step) => void): Promise<{ step: Step; error: CallFailed }[]> {
    const failed: { undo: Undo; error: CallFailed }[] = [];
    for (const undo of this.#undos.toReversed()) {
      try {
        await perform(undo.call);
        undone(undo.step);
      } catch (error) {
        if (!(error instanceof CallFailed)) throw error;
        failed.push({ undo, error });
      }
    }
    this.#undos = failed.map(({ undo }) => undo).toReversed();
    return failed.map(({ undo, error }) => ({ step: undo.step, error }));
  }
}
