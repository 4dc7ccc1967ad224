import { type Log, messageOf } from '../telemetry/log.ts';
import type { WorkerMetrics } from '../telemetry/worker-metrics.ts';
import type { AskOldestWaiting } from '../temporal/waiting-tasks.ts';
import type { InFlight } from './in-flight.ts';
import { LastSaid } from './last-said.ts';
import { Rounds } from './rounds.ts';

interface Options {
  askOldestWaiting: AskOldestWaiting;
  inFlight: Pick<InFlight, 'pause' | 'resume' | 'widen' | 'isPaused'>;
  log: Log;
  metrics: Pick<WorkerMetrics, 'oldestWaiting'>;
  everyMs?: number;
  /** A task that waits longer than this is behind because workers are. */
  yieldAboveSeconds?: number;
  /** A task that stays the oldest for so long while workers take others is one that none of them can take. */
  nobodysAfterSeconds?: number;
}

/** Two readings of one task's age differ by as much: they are not taken at once, and the server keeps them for a second. */
const SAME_TASK_SECONDS = 1.5;

/**
 * An eager start goes to this worker past whatever waits in Temporal's queue: orders that lost their worker would wait for as long as
 * new ones keep coming. So no order is started while another waits for a worker, and then a few, and more with each look that finds
 * nothing waiting (decision 0020).
 */
export class QueueWatch {
  readonly #options: Required<Options>;
  readonly #rounds: Rounds;
  readonly #said = new LastSaid();
  #oldest: { since: number; seenFirst: number } | null = null;

  constructor(options: Options) {
    this.#options = { everyMs: 1000, yieldAboveSeconds: 2.5, nobodysAfterSeconds: 15, ...options };
    this.#rounds = new Rounds(() => this.look(), this.#options.everyMs);
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async look(): Promise<void> {
    const { askOldestWaiting, log, metrics } = this.#options;
    try {
      const seconds = await askOldestWaiting();
      metrics.oldestWaiting(seconds);
      this.#yieldTo(seconds);
    } catch (error) {
      // As last heard: while Temporal is away nothing can be started anyway.
      this.#said.once('unknown', () =>
        log.warn({ error: messageOf(error) }, 'what waits in the queue could not be asked for; asked again'),
      );
    }
  }

  #yieldTo(seconds: number): void {
    const { inFlight, yieldAboveSeconds, log } = this.#options;
    const isNobodys = this.#isNobodys(seconds);
    if (seconds > yieldAboveSeconds && !isNobodys) {
      inFlight.pause();
      this.#said.once('yields', () =>
        log.info({ detail: `the oldest for ${seconds.toFixed(1)} s` }, 'new orders wait: others wait for a worker'),
      );
      return;
    }
    if (isNobodys)
      this.#said.once('nobodys', () =>
        log.warn({ detail: `for ${seconds.toFixed(0)} s` }, 'an order waits that no worker can take; new ones go on'),
      );
    else this.#tellThatItGoesOn();
    if (inFlight.isPaused) inFlight.resume();
    else inFlight.widen();
  }

  #tellThatItGoesOn(): void {
    const wasYielding = this.#said.was('yields');
    this.#said.once('goes on', () => wasYielding && this.#options.log.info({}, 'nothing waits; new orders go on'));
  }

  /** Pinned to a version that has no workers, say: yielding to it would stop every new order. */
  #isNobodys(seconds: number): boolean {
    const now = performance.now() / 1000;
    const since = now - seconds;
    if (seconds <= this.#options.yieldAboveSeconds) this.#oldest = null;
    else if (!this.#oldest || Math.abs(since - this.#oldest.since) > SAME_TASK_SECONDS)
      this.#oldest = { since, seenFirst: now };
    return this.#oldest !== null && now - this.#oldest.seenFirst >= this.#options.nobodysAfterSeconds;
  }
}
