import { setTimeout as pause } from 'node:timers/promises';
import type { Sighting } from '../judge/evidence.ts';
import type { ApiReader } from './api-reader.ts';

const EVERY_MS = 1000;
const SETTLED = ['confirmed', 'rejected', 'cancelled'];

/** Writes down what was once shown as settled, so that it can be said afterwards whether it stayed so. */
export class SettledWatch {
  /** By order: as it was first seen settled. */
  readonly seen = new Map<string, Sighting>();
  /** Settled before, and then shown as held. */
  readonly relapsed = new Map<string, Sighting>();
  readonly #reader: ApiReader;
  readonly #stopped = new AbortController();
  #watching: Promise<void> = Promise.resolve();

  constructor(reader: ApiReader) {
    this.#reader = reader;
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
      await this.#look();
      await pause(EVERY_MS, undefined, { signal }).catch(() => {});
    }
  }

  async #look(): Promise<void> {
    // Held ones first: what settles in between must not look as if it had been held afterwards.
    for (const { order_id, status } of (await this.#reader.newest('held')) ?? []) {
      if (this.seen.has(order_id)) this.relapsed.set(order_id, { status, settledAt: null, at: Date.now() });
    }
    for (const status of SETTLED)
      for (const { order_id, settled_at } of (await this.#reader.newest(status)) ?? [])
        if (!this.seen.has(order_id)) this.seen.set(order_id, { status, settledAt: settled_at, at: Date.now() });
  }
}
