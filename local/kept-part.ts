import { setTimeout as pause } from 'node:timers/promises';
import { type BackOffTimes, nextPause } from './back-off.ts';
import { Child } from './child.ts';
import type { Part } from './part.ts';
import { becomesReady } from './readiness.ts';
import type { Reporter } from './reporter.ts';

/** Keeps one part running: starts it, starts it again when it dies, stops it. */
export class KeptPart {
  readonly part: Part;
  readonly #reporter: Reporter;
  readonly #backOff: BackOffTimes;
  readonly #stopping = new AbortController();
  #child: Child | undefined;
  #launching: Promise<Child> | undefined;

  constructor(part: Part, reporter: Reporter, backOff: BackOffTimes) {
    this.part = part;
    this.#reporter = reporter;
    this.#backOff = backOff;
  }

  /** Resolves when the part is ready for the first time, and keeps it running from then on. */
  async start(): Promise<void> {
    const child = await this.#launch();
    if (this.part.ready !== 'exits') void this.#keep(child);
  }

  /** From here on nothing of this part is started any more. */
  startNoMore(): void {
    this.#stopping.abort();
  }

  async stop(): Promise<void> {
    this.startNoMore();
    await this.#child?.stop(this.part.stop);
    // What prepares a start tidies up when it is told to stop; something that does not listen is not waited for long.
    const tidied = this.#launching?.then(noop, noop);
    await Promise.race([tidied, pause(this.part.stop.graceMs, undefined, { ref: false })]);
  }

  kill(): void {
    this.startNoMore();
    this.#child?.kill();
  }

  async #keep(first: Child): Promise<void> {
    let child: Child | undefined = first;
    let why = '';
    let pauseMs = 0;
    for (;;) {
      const since = performance.now();
      if (child) why = await child.ended;
      if (this.#stopping.signal.aborted) return;
      child?.killRest();
      pauseMs = nextPause(pauseMs, child ? performance.now() - since : 0, this.#backOff);
      this.#reporter.died(this.part, why, pauseMs);
      child = await this.#revive(pauseMs).catch((error: Error) => {
        why = error.message;
        return undefined;
      });
    }
  }

  async #revive(afterMs: number): Promise<Child> {
    await pause(afterMs, undefined, { signal: this.#stopping.signal });
    const since = performance.now();
    const child = await this.#launch();
    this.#reporter.back(this.part, performance.now() - since);
    return child;
  }

  #launch(): Promise<Child> {
    this.#launching = this.#prepareAndSpawn();
    return this.#launching;
  }

  async #prepareAndSpawn(): Promise<Child> {
    const { signal } = this.#stopping;
    const command = await this.part.command(signal, (text) => this.#reporter.note(this.part, text));
    signal.throwIfAborted(); // nothing may be spawned once stop has looked for a child
    const child = new Child(this.part, command);
    this.#child = child;
    if (child.pid) this.#reporter.spawned(this.part, child.pid);
    try {
      await becomesReady(this.part, child, signal);
    } catch (error) {
      await child.stop(this.part.stop);
      throw error;
    }
    return child;
  }
}

function noop(): void {}
