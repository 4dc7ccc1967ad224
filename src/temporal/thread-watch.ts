const TICK_MS = 1000;

/**
 * Tells when a thread that was asked something answers nothing at all for too long. Time is counted in ticks of this
 * process: one that was stopped or starved for a while must not take the thread for stuck.
 */
export class ThreadWatch {
  readonly #onStuck: () => void;
  readonly #limitTicks: number;
  #asked = 0;
  #silentTicks = 0;

  /** @param limitSeconds without any answer */
  constructor(onStuck: () => void, limitSeconds: number) {
    this.#onStuck = onStuck;
    this.#limitTicks = limitSeconds;
    setInterval(() => this.#tick(), TICK_MS).unref();
  }

  async over<Answer>(answer: Promise<Answer>): Promise<Answer> {
    this.#asked += 1;
    try {
      return await answer;
    } finally {
      this.#asked -= 1;
      this.#silentTicks = 0;
    }
  }

  #tick(): void {
    if (this.#asked === 0) return;
    this.#silentTicks += 1;
    if (this.#silentTicks === this.#limitTicks) this.#onStuck();
  }
}
