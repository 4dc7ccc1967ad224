import { Child } from '../../local/child.ts';
import { lastLines } from '../../local/log-file.ts';
import type { Part } from '../../local/part.ts';
import { becomesReady } from '../../local/readiness.ts';
import { type Usage, usageOf } from './usage.ts';

/** A process that was started for a measurement. Unlike under `npm start` it is not started again: its end is an error. */
export class Launched {
  readonly name: string;
  readonly #part: Part;
  readonly #child: Child;

  private constructor(part: Part, child: Child) {
    this.name = part.name;
    this.#part = part;
    this.#child = child;
  }

  static async spawn(part: Part, note: (text: string) => void, signal: AbortSignal): Promise<Launched> {
    return new Launched(part, new Child(part, await part.command(signal, note)));
  }

  /** Resolves when the part is ready; one that `exits`, when it has done its work. */
  async becomesReady(signal: AbortSignal): Promise<void> {
    try {
      await becomesReady(this.#part, this.#child, signal);
    } catch (error) {
      await this.stop();
      const said = this.#part.log ? lastLines(this.#part.log, 10) : '';
      throw new Error(`${this.name} did not come up: ${(error as Error).message}\n${said}`);
    }
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** Of the process and all that it started. */
  usage(): Usage {
    return usageOf(this.pid);
  }

  stop(): Promise<void> {
    return this.#child.stop(this.#part.stop);
  }

  kill(): void {
    this.#child.kill();
  }
}
