import { randomUUIDv7 } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { empty, TASK_QUEUE } from './workflows.ts';

/** Starts empty runs the way `src/relay/starter.ts` starts orders: eagerly, so many at once. */
export class EmptyRuns {
  readonly #client: Client;
  readonly #onEnd = new Map<string, () => void>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** A run has reached its end in this process. */
  ended(workflowId: string): void {
    this.#onEnd.get(workflowId)?.();
    this.#onEnd.delete(workflowId);
  }

  /** Resolves when `count` runs are complete; at most `inFlight` are not at any time. */
  async run(count: number, inFlight: number): Promise<void> {
    let left = count;
    const lane = async () => {
      let last: string | undefined;
      while (left-- > 0) {
        last = `empty-${randomUUIDv7()}`;
        await this.#runOne(last);
      }
      // A run is told to be at its end just before the server is: of the last ones the server itself is asked.
      if (last) await this.#client.workflow.getHandle(last).result();
    };
    await Promise.all(Array.from({ length: Math.min(count, inFlight) }, lane));
  }

  async #runOne(workflowId: string): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#onEnd.set(workflowId, resolve));
    await this.#client.workflow.start(empty, { taskQueue: TASK_QUEUE, workflowId, requestEagerStart: true });
    await ended;
  }
}
