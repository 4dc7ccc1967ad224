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

  /** Resolves when the part is ready; one that `exits`, when it has done its work. */
  static async start(part: Part, note: (text: string) => void, signal: AbortSignal): Promise<Launched> {
    const child = new Child(part, await part.command(signal, note));
    const launched = new Launched(part, child);
    try {
      await becomesReady(part, child, signal);
      return launched;
    } catch (error) {
      await launched.stop();
      const said = part.log ? lastLines(part.log, 10) : '';
      throw new Error(`${part.name} did not come up: ${(error as Error).message}\n${said}`);
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
