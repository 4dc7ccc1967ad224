/** Enough for some 20 orders a second with the services' usual 650 ms. */
const FEW = 16;
/** Enough to see when there may be more. */
const FEWEST = 4;

/**
 * Orders in their first pass in this worker, which hold a workflow task slot each. What is above the limit, which is `capacity` at
 * most, waits in PostgreSQL, where waiting is cheap. An order whose end is not seen here, because another worker took its task, is
 * let go after `forgetAfterMs`.
 */
export class InFlight {
  readonly capacity: number;
  readonly #forgetAfterMs: number;
  readonly #since = new Map<string, number>();
  #limit: number;
  #limitBeforePause: number;
  /** Since the last look at whether there should be room for more. */
  #most = 0;
  #onRoom: () => void = () => {};

  constructor(capacity: number, forgetAfterMs = 30_000) {
    this.capacity = capacity;
    this.#limit = capacity;
    this.#limitBeforePause = capacity;
    this.#forgetAfterMs = forgetAfterMs;
  }

  get size(): number {
    return this.#since.size;
  }

  get room(): number {
    this.#forgetOld();
    return this.#limit - this.#since.size;
  }

  /** How many there may be now. */
  get limit(): number {
    return this.#limit;
  }

  get isPaused(): boolean {
    return this.#limit === 0;
  }

  /** No room for any until `resume`; those that are in stay in. */
  pause(): void {
    if (!this.isPaused) this.#limitBeforePause = this.#limit;
    this.#limit = 0;
  }

  /** Room for a few, and for no more than before the pause: what that was for must not come back at once. */
  resume(): void {
    this.#allow(Math.min(FEW, this.isPaused ? this.#limitBeforePause : this.#limit));
  }

  /** Room for an eighth more, where what there was has been needed since the last time. */
  widen(): void {
    const step = Math.max(2, this.#limit >> 3);
    const isNeeded = this.#most >= this.#limit - step;
    this.#most = this.#since.size;
    if (isNeeded && this.#limit < this.capacity) this.#allow(this.#limit + step);
  }

  /** Room for a quarter less, and for four at least. */
  narrow(): void {
    this.#allow(Math.max(FEWEST, this.#limit - (this.#limit >> 2)));
  }

  #allow(limit: number): void {
    this.#limit = Math.min(limit, this.capacity);
    if (this.room > 0) this.#onRoom();
  }

  /** Called when there may be room for others: an order has left, or the limit was raised. */
  onRoom(listener: () => void): void {
    this.#onRoom = listener;
  }

  enter(orderId: string): void {
    this.#since.set(orderId, performance.now());
    this.#most = Math.max(this.#most, this.#since.size);
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
