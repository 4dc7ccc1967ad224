import { BACK_OFF } from './back-off.ts';
import { KeptPart } from './kept-part.ts';
import { lastLines } from './log-file.ts';
import type { Part, Plan } from './part.ts';
import type { Reporter } from './reporter.ts';

/** A part that did not come up for the first time; the message is meant for people. */
export class PartFailed extends Error {}

/** Brings the parts of a plan up as early as their needs allow, keeps them up, and takes them down in reverse order. */
export class Supervisor {
  readonly #rows: KeptPart[][];
  readonly #reporter: Reporter;
  #stopped: Promise<void> | undefined;

  constructor(plan: Plan, reporter: Reporter, backOff = BACK_OFF) {
    this.#rows = plan.map((row) => row.map((part) => new KeptPart(part, reporter, backOff)));
    this.#reporter = reporter;
  }

  /**
   * Resolves when every part is ready.
   * @throws {PartFailed} when one did not come up; the others are left for `stop`
   */
  async start(): Promise<void> {
    const ready = new Map<string, Promise<void>>();
    // Rows are in an order in which every need is in an earlier row, so that its promise is in the map already.
    for (const kept of this.#rows.flat()) {
      const needs = kept.part.needs.map((name) => ready.get(name));
      ready.set(kept.part.name, this.#startAfter(needs, kept));
    }
    await Promise.all(ready.values());
  }

  /** Stops the rows from the last to the first. Called again, it answers with the same stop. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopRows();
    return this.#stopped;
  }

  /** Ends everything at once. */
  kill(): void {
    for (const kept of this.#rows.flat()) kept.kill();
  }

  async #startAfter(needs: (Promise<void> | undefined)[], kept: KeptPart): Promise<void> {
    await Promise.all(needs);
    const since = performance.now();
    try {
      await kept.start();
    } catch (error) {
      throw new PartFailed(failureOf(kept.part, error as Error));
    }
    this.#reporter.ready(kept.part, performance.now() - since);
  }

  async #stopRows(): Promise<void> {
    // First of all: what is being stopped must not be found missing and be started again.
    for (const kept of this.#rows.flat()) kept.startNoMore();
    for (const row of this.#rows.toReversed()) await Promise.all(row.map((kept) => kept.stop()));
  }
}

function failureOf(part: Part, error: Error): string {
  const sentence = `${part.name} did not come up: ${error.message}`;
  const log = part.log ? lastLines(part.log, 10) : '';
  return log ? `${sentence}\nThe end of ${part.log}:\n${log}` : sentence;
}
