/** Something done again and again, with a pause in between, until it is stopped. It must not throw. */
export class Rounds {
  readonly #round: () => Promise<void>;
  readonly #everyMs: number;
  readonly #stopped = Promise.withResolvers<void>();
  #isStopping = false;
  #going: Promise<void> = Promise.resolve();

  constructor(round: () => Promise<void>, everyMs: number) {
    this.#round = round;
    this.#everyMs = everyMs;
  }

  /** A long round looks here whether it should end early. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  start(): void {
    this.#going = this.#goOn();
  }

  /** Waits for the round under way; there is none after it. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#stopped.resolve();
    await this.#going;
  }

  async #goOn(): Promise<void> {
    while (!this.#isStopping) {
      const pause = new Promise((resolve) => setTimeout(resolve, this.#everyMs).unref());
      await Promise.race([this.#stopped.promise, pause]);
      if (!this.#isStopping) await this.#round();
    }
  }
}
