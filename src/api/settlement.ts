import type { Sql } from '../store/connect.ts';
import { findSettled } from '../store/find-orders.ts';

const LOOK_EVERY_MS = 50;

/** Waits for orders to settle. All who wait share one look at the table; where nobody waits there is none. */
export class Settlement {
  readonly #sql: Sql;
  readonly #waiting = new Map<string, Set<() => void>>();
  #isLooking = false;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Resolves when the order has settled or `seconds` are over. */
  async of(orderId: string, seconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, seconds * 1000);
    const others = this.#waiting.get(orderId) ?? new Set();
    this.#waiting.set(orderId, others.add(resolve));
    this.#look();
    await promise;
    clearTimeout(timer);
    others.delete(resolve);
    if (others.size === 0) this.#waiting.delete(orderId);
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    while (this.#waiting.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      const settled = await findSettled(this.#sql, [...this.#waiting.keys()]).catch(() => []);
      for (const { order_id } of settled) for (const resolve of this.#waiting.get(order_id) ?? []) resolve();
    }
    this.#isLooking = false;
  }
}
