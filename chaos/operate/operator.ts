import { setTimeout as pause } from 'node:timers/promises';
import type { Span } from '../judge/evidence.ts';
import type { ApiReader } from './api-reader.ts';

const EVERY_MS = 5000;
const AT_ONCE = 20;
const NEEDS_ONE = ['held', 'failed'];
const UNDER_WAY = ['accepted', 'processing'];

/** Lets held and failed orders go on, as somebody would who looks every few seconds. */
export class Operator {
  readonly #reader: ApiReader;
  readonly #stopped = new AbortController();
  #working: Promise<void> = Promise.resolve();
  retried = 0;
  /** By order: from when it was seen to need somebody until it was asked to go on, whatever the answer. */
  readonly held = new Map<string, Span[]>();

  constructor(reader: ApiReader) {
    this.#reader = reader;
  }

  start(): void {
    this.#working = this.#work();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#working;
  }

  /** Until nothing is under way, held or failed. False: something still is, after `withinMs`. */
  async settleAll(withinMs: number): Promise<boolean> {
    for (const limit = Date.now() + withinMs; Date.now() < limit; await pause(1000)) {
      for (const status of NEEDS_ONE) await this.#retryAll(status);
      if (await this.#noneIs([...UNDER_WAY, ...NEEDS_ONE])) return true;
    }
    return false;
  }

  async #work(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      for (const status of NEEDS_ONE) await this.#retryAll(status);
      await pause(EVERY_MS, undefined, { signal }).catch(() => {});
    }
  }

  async #retryAll(status: string): Promise<void> {
    const orders = (await this.#reader.newest(status)) ?? [];
    const seenAt = Date.now();
    for (let from = 0; from < orders.length; from += AT_ONCE) {
      const answers = await Promise.all(
        orders.slice(from, from + AT_ONCE).map(({ order_id }) => this.#retry(order_id, seenAt)),
      );
      this.retried += answers.filter((answer) => answer === 202).length;
    }
  }

  #retry(orderId: string, seenAt: number): Promise<number> {
    const spans = this.held.get(orderId) ?? [];
    // Never more than it was held: an answer that comes late is the system's time.
    this.held.set(orderId, [...spans, { from: seenAt, to: Date.now() }]);
    return this.#reader.retry(orderId);
  }

  async #noneIs(statuses: string[]): Promise<boolean> {
    const found = await Promise.all(statuses.map((status) => this.#reader.newest(status)));
    return found.every((orders) => orders?.length === 0);
  }
}
