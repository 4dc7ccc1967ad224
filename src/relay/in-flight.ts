/**
 * Orders in their first pass in this worker, which hold a workflow task slot each. What is above `capacity` waits in
 * PostgreSQL, where waiting is cheap. An order whose end is not seen here, because another worker took its task, is
 * let go after `forgetAfterMs`.
 */
export class InFlight {
  readonly capacity: number;
  readonly #forgetAfterMs: number;
  readonly #since = new Map<string, number>();
  #onRoom: () => void = () => {};

  constructor(capacity: number, forgetAfterMs = 30_000) {
    this.capacity = capacity;
    this.#forgetAfterMs = forgetAfterMs;
  }

  get size(): number {
    return this.#since.size;
  }

  get room(): number {
    this.#forgetOld();
    return this.capacity - this.#since.size;
  }

  /** Called when an order leaves and there is room for others. */
  onRoom(listener: () => void): void {
    this.#onRoom = listener;
  }

  enter(orderId: string): void {
    this.#since.set(orderId, performance.now());
  }

  leave(orderId: string): void {
    if (this.#since.delete(orderId)) this.#onRoom();
  }

  /** A Map keeps the order of insertion: the oldest come first. */
  #forgetOld(): void {
    const oldest = performance.now() - this.#forgetAfterMs;
    for (const [orderId, since] of this.#since) {
      if (since > oldest) return;
      this.#since.delete(orderId);
    }
  }
}
