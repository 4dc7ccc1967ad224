import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../random.ts';
import { Client } from './client.ts';
import { type PlannedOrder, plainOrder, planOrder } from './planned-order.ts';
import type { Posted } from './posted.ts';

const TICK_MS = 10;
/** Nothing but the time until an answer is to be seen. */
const PROBING = { forMs: 30_000, longestPauseMs: 50 };

/** Posts orders at a constant rate, whatever becomes of those before (an open model). */
export class Load {
  readonly posted: Posted[] = [];
  readonly #client: Client;
  readonly #random: Random;
  readonly #placing = new Set<Promise<void>>();
  #probes = 0;
  #isOver = false;
  #running: Promise<void> = Promise.resolve();

  constructor(client: Client, random: Random) {
    this.#client = client;
    this.#random = random;
  }

  /** @param rate orders per second */
  start(rate: number): void {
    this.#running = this.#run(rate);
  }

  /** Waits until each client knows what became of its order, or has given up. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
    await Promise.all(this.#placing);
  }

  /** Posts orders to one API, one after the other, until it takes one. @returns milliseconds */
  async untilAccepted(url: string): Promise<number> {
    const startedAt = Date.now();
    const probe = new Client([url], PROBING);
    await this.#post(probe, plainOrder(`probe-${this.#probes++}`), startedAt);
    return Date.now() - startedAt;
  }

  async #run(rate: number): Promise<void> {
    const startedAt = Date.now();
    for (let count = 0; !this.#isOver; await pause(TICK_MS)) {
      const due = Math.floor(((Date.now() - startedAt) / 1000) * rate) + 1; // the first one at once
      for (; count < due; count++) this.#place(count, startedAt + (count / rate) * 1000);
    }
  }

  #place(count: number, dueAt: number): void {
    const placing = this.#post(this.#client, planOrder(this.#random, `order-${count}`, count), dueAt);
    this.#placing.add(placing);
    placing.finally(() => this.#placing.delete(placing));
  }

  #post(client: Client, planned: PlannedOrder, dueAt: number): Promise<void> {
    const posted: Posted = { ...planned, dueAt, attempts: [] };
    this.posted.push(posted);
    return client.place(planned, posted);
  }
}
