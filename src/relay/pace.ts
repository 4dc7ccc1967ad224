import { type Log, messageOf } from '../telemetry/log.ts';
import type { WorkerMetrics } from '../telemetry/worker-metrics.ts';
import type { AskOldestWaiting } from '../temporal/waiting-tasks.ts';
import type { InFlight } from './in-flight.ts';
import { LastSaid } from './last-said.ts';
import { Rounds } from './rounds.ts';
import type { StartOrder } from './starter.ts';

interface Options {
  askOldestWaiting: AskOldestWaiting;
  inFlight: Pick<InFlight, 'pause' | 'resume' | 'fit' | 'narrow' | 'isPaused' | 'limit'>;
  log: Log;
  metrics: Pick<WorkerMetrics, 'oldestWaiting' | 'mayBeInFlight'>;
  everyMs?: number;
}

/** A task that waits longer is behind because workers are. */
const YIELD_ABOVE_S = 2.5;
/** As long as that is so, a few new orders go on after all: it may be a task that no worker can take. */
const YIELD_AT_MOST_MS = 15_000;
/** A start usually takes some 20 ms. While one of four takes less than this, there may be more of them. */
const QUICK_START_MS = 250;
/** Where three of four take longer, Temporal has more to do than it can. At a second a task that it hands over no longer arrives. */
const SLOW_START_MS = 500;
/** The quickest of so many answers says how far away Temporal is, */
const ANSWERS = 60;
/** and where none is quicker than this, it is not the distance. */
const FARTHEST_MS = 250;
/** Who can't be asked is not waited for. */
const UNKNOWN_AT_MOST_MS = 10_000;

/**
 * How many orders are in flight: as many as Temporal and the workers keep up with. What is above that waits in PostgreSQL. Once a
 * second it looks at two things (decision 0020).
 *
 * Does an order wait for a worker? An eager start passes by whatever waits in Temporal's queue, and orders that have lost their worker would
 * wait there for as long as new ones keep coming: so none is started, and then a few.
 *
 * Do starts take long? Then more is in flight than Temporal carries. It gives itself a second to note that a worker takes a task: where that
 * takes longer the task has begun and reaches nobody, until its timeout is over and it is done again. So there is room for fewer. How far away
 * Temporal is does not count.
 */
export class Pace {
  readonly #options: Options;
  readonly #rounds: Rounds;
  readonly #said = new LastSaid();
  /** When those began that are under way. */
  readonly #starting = new Map<symbol, number>();
  /** Of those that have ended since the last look, in milliseconds. */
  #startsMs: number[] = [];
  /** How long the last answers took, in milliseconds. */
  readonly #answersMs: number[] = [];
  #yieldingSince: number | null = null;
  #answeredAt = performance.now();

  constructor(options: Options) {
    this.#options = options;
    this.#rounds = new Rounds(() => this.look(), options.everyMs ?? 1000);
  }

  /** Begins with a few: others may wait for the worker that this one takes the place of. */
  async start(): Promise<void> {
    this.#options.inFlight.resume();
    await this.look();
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** The same way to start orders, watched for how long it takes. */
  timed(start: StartOrder): StartOrder {
    return async (...args) => {
      const id = Symbol();
      const began = performance.now();
      this.#starting.set(id, began);
      try {
        return await start(...args);
      } finally {
        this.#starting.delete(id);
        this.#startsMs.push(performance.now() - began);
      }
    };
  }

  async look(): Promise<void> {
    const { inFlight, metrics } = this.#options;
    const startMs = this.#takeQuickStart();
    // Not after the answer: what makes starts slow makes that slow, too.
    if (startMs > SLOW_START_MS + this.#distanceMs && !inFlight.isPaused) inFlight.narrow();
    const isQuick = startMs < QUICK_START_MS + this.#distanceMs;
    const oldestSeconds = await this.#ask();
    if (oldestSeconds === null) this.#goOnUnanswered(isQuick);
    else if (oldestSeconds > YIELD_ABOVE_S) this.#yieldTo(oldestSeconds, isQuick);
    else this.#goOn(isQuick);
    metrics.mayBeInFlight(inFlight.limit);
  }

  /** @returns null where there is no answer */
  async #ask(): Promise<number | null> {
    const { askOldestWaiting, log, metrics } = this.#options;
    const asked = performance.now();
    try {
      const seconds = await askOldestWaiting();
      this.#answeredAt = performance.now();
      this.#answersMs.push(this.#answeredAt - asked);
      if (this.#answersMs.length > ANSWERS) this.#answersMs.shift();
      metrics.oldestWaiting(seconds);
      return seconds;
    } catch (error) {
      this.#said.once('unknown', () =>
        log.warn({ error: messageOf(error) }, 'what waits in the queue could not be asked for; asked again'),
      );
      return null;
    }
  }

  /** Whoever was to wait does so for a while; else the starts alone have to do. */
  #goOnUnanswered(isQuick: boolean): void {
    const { inFlight } = this.#options;
    if (!inFlight.isPaused) this.#fitIf(isQuick);
    else if (performance.now() - this.#answeredAt > UNKNOWN_AT_MOST_MS) inFlight.resume();
  }

  #goOn(isQuick: boolean): void {
    const { inFlight } = this.#options;
    this.#yieldingSince = null;
    this.#tellThatItGoesOn();
    if (inFlight.isPaused) inFlight.resume();
    else this.#fitIf(isQuick);
  }

  #yieldTo(seconds: number, isQuick: boolean): void {
    const { inFlight, log } = this.#options;
    const detail = `the oldest for ${seconds.toFixed(1)} s`;
    this.#yieldingSince ??= performance.now();
    if (performance.now() - this.#yieldingSince < YIELD_AT_MOST_MS) {
      inFlight.pause();
      this.#said.once('yields', () => log.info({ detail }, 'new orders wait: others wait for a worker'));
      return;
    }
    if (!inFlight.isPaused) this.#fitIf(isQuick);
    inFlight.resume(); // a few, and no more
    this.#said.once('a few', () => log.warn({ detail }, 'orders go on waiting for a worker; a few new ones go on'));
  }

  #fitIf(isQuick: boolean): void {
    if (isQuick) this.#options.inFlight.fit();
  }

  #tellThatItGoesOn(): void {
    const wasYielding = this.#said.was('yields') || this.#said.was('a few');
    this.#said.once('goes on', () => wasYielding && this.#options.log.info({}, 'nothing waits; new orders go on'));
  }

  /** That Temporal is far away is not that it has much to do. */
  get #distanceMs(): number {
    return this.#answersMs.length > 0 ? Math.min(FARTHEST_MS, ...this.#answersMs) : 0;
  }

  /**
   * The lower quartile since the last look, in milliseconds: orders are claimed in groups, and most of a group wait for the others.
   * What is under way for long counts as far as it has come; where nothing was started, nothing is slow.
   */
  #takeQuickStart(): number {
    const now = performance.now();
    const late = [...this.#starting.values()].map((began) => now - began).filter((ms) => ms > QUICK_START_MS);
    const all = [...this.#startsMs, ...late].sort((one, other) => one - other);
    this.#startsMs = [];
    return all[all.length >> 2] ?? 0;
  }
}
