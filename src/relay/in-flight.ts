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
  /** In at once, since the last look at how many there should be. */
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

  /** An eighth more, and two at least, where what there was has been needed since the last time; as much less where it was not, down to a few. */
  fit(): void {
    const step = Math.max(2, this.#limit >> 3);
    const isNeeded = this.#takeMost() >= this.#limit - step;
    if (isNeeded) this.#allow(this.#limit + step);
    else if (this.#limit > FEW) this.#allow(Math.max(FEW, this.#limit - step));
  }

  /** A quarter less than there were, and four at least. */
  narrow(): void {
    const most = Math.min(this.#limit, this.#takeMost());
    this.#allow(Math.max(Math.min(FEWEST, this.#limit), most - (most >> 2)));
  }

  #takeMost(): number {
    const most = this.#most;
    this.#most = this.#since.size;
    return most;
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
