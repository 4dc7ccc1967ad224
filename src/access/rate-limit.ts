/** So many requests at once, and so many in each window from then on. */
export interface Quota {
  requests: number;
  windowMs: number;
}

export interface Taken {
  isOver: boolean;
  /** Requests that may follow at once. */
  remaining: number;
  /** Until the next one may come. */
  waitMs: number;
  /** Until the whole quota is there again. */
  fullInMs: number;
}

/** Callers that are kept before those that have their whole quota again are forgotten. */
const MAX_KEPT = 10_000;
/** Sums of fractions are off by less. */
const TOLERANCE_MS = 1e-6;

/** A token bucket per caller, kept as one number: the time at which it is full again. Known as GCRA. */
export class RateLimit {
  readonly quota: Quota;
  readonly #fullAt = new Map<string, number>();

  constructor(quota: Quota) {
    this.quota = quota;
  }

  get kept(): number {
    return this.#fullAt.size;
  }

  /** @param now milliseconds of a clock that never goes back */
  take(callerId: string, now = performance.now()): Taken {
    const { requests, windowMs } = this.quota;
    const each = windowMs / requests;
    const before = Math.max(this.#fullAt.get(callerId) ?? 0, now);
    const fullAt = before + each;
    const waitMs = fullAt - now - windowMs;
    if (waitMs > TOLERANCE_MS) return { isOver: true, remaining: 0, waitMs, fullInMs: before - now };
    if (this.#fullAt.size >= MAX_KEPT) this.#forgetFull(now);
    this.#fullAt.set(callerId, fullAt);
    const remaining = Math.floor((windowMs - (fullAt - now) + TOLERANCE_MS) / each);
    return { isOver: false, remaining, waitMs: 0, fullInMs: fullAt - now };
  }

  #forgetFull(now: number): void {
    for (const [id, fullAt] of this.#fullAt) if (fullAt <= now) this.#fullAt.delete(id);
  }
}
