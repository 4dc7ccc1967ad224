import { setTimeout as pause } from 'node:timers/promises';
import { SETTLED } from '../judge/ends.ts';
import type { Sighting } from '../judge/evidence.ts';
import type { Posted } from '../load/posted.ts';
import type { ApiReader } from './api-reader.ts';

const EVERY_MS = 1000;
/** Looks between two that go back as far as there is something to see. */
const SHALLOW = 4;
/** Newer than any order. */
const NEWEST = 'z';

/** Writes down what was once shown as settled, so that it can be said afterwards whether it stayed so. */
export class SettledWatch {
  /** By order: as it was first seen settled. */
  readonly seen = new Map<string, Sighting>();
  /** Settled before, and then shown as held. */
  readonly relapsed = new Map<string, Sighting>();
  readonly #reader: Pick<ApiReader, 'newest' | 'backTo'>;
  readonly #posted: readonly Pick<Posted, 'orderId'>[];
  readonly #stopped = new AbortController();
  #watching: Promise<void> = Promise.resolve();
  #looks = 0;

  /** @param posted whatever will have been posted by then */
  constructor(reader: Pick<ApiReader, 'newest' | 'backTo'>, posted: readonly Pick<Posted, 'orderId'>[]) {
    this.#reader = reader;
    this.#posted = posted;
  }

  start(): void {
    this.#watching = this.#watch();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await this.look();
      await pause(EVERY_MS, undefined, { signal }).catch(() => {});
    }
  }

  async look(): Promise<void> {
    // These first: what settles in between must not look as if it had been held afterwards.
    const atRest = new Set<string>();
    for (const status of ['held', 'failed'])
      for (const { order_id } of (await this.#reader.newest(status)) ?? []) {
        atRest.add(order_id);
        if (this.seen.has(order_id)) this.relapsed.set(order_id, { status, settledAt: null, at: Date.now() });
      }
    // An order that takes long settles behind many that were accepted after it: it is the one to watch.
    const oldest = this.#looks++ % (SHALLOW + 1) === 0 ? this.#oldestUnseen(atRest) : NEWEST;
    for (const status of SETTLED)
      for (const { order_id, settled_at } of await this.#reader.backTo(oldest, status))
        if (!this.seen.has(order_id)) this.seen.set(order_id, { status, settledAt: settled_at, at: Date.now() });
  }

  #oldestUnseen(atRest: Set<string>): string {
    let oldest = NEWEST;
    for (const { orderId } of this.#posted) {
      if (orderId === undefined || this.seen.has(orderId) || atRest.has(orderId)) continue;
      if (orderId < oldest) oldest = orderId; // in the order in which they were accepted
    }
    return oldest;
  }
}
