import { ACCEPTED_CHANNEL } from '../domain/names.ts';
import {
  type ClaimedOrder,
  claimOrders,
  markDispatched,
  measureBacklog,
  releaseOrders,
} from '../store/claim-orders.ts';
import type { Sql } from '../store/connect.ts';
import { GroupCommit } from '../store/group-commit.ts';
import { type Log, messageOf } from '../telemetry/log.ts';
import type { WorkerMetrics } from '../telemetry/worker-metrics.ts';
import type { InFlight } from './in-flight.ts';
import type { StartOrder } from './starter.ts';
import type { Way } from './version-gate.ts';

export interface RelayOptions {
  sql: Sql;
  start: StartOrder;
  inFlight: InFlight;
  log: Log;
  metrics: Pick<WorkerMetrics, 'started' | 'backlog' | 'inFlight'>;
  /** Of a worker with a version. */
  way?: () => Way;
  /** A claim that is not started by then is another relay's. Less than the workflow task timeout, so that this adds nothing to it. */
  leaseSeconds?: number;
  reconcileSeconds?: number;
  /** NOTIFY may be missed; a look at the table is not. */
  pollMs?: number;
}

const MAX_CLAIM = 200;
/** Room for fewer, and for less than a quarter of what there may be, is not worth a statement of its own while there is a backlog. */
const MIN_CLAIM = 16;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;
const BACKLOG_SAMPLE_MS = 5000;
/** An order that Temporal deals out may run elsewhere: after a usual first pass it counts as gone. */
const FIRST_PASS_MS = 2000;

/** Turns accepted orders into started runs: claims, starts, notes that it did. The only way from one to the other. */
export class Relay {
  readonly #options: Required<RelayOptions>;
  readonly #dispatched: GroupCommit<string, undefined>;
  readonly #starting = new Set<Promise<void>>();
  #isStopping = false;
  #hasMore = false;
  #pauseMs = 0;
  #pausedUntil = 0;
  #pausedFor: 'claims' | 'starts' | null = null;
  readonly #stopped = Promise.withResolvers<void>();
  #wake: () => void = () => {};
  #looked: Promise<void> = Promise.resolve();
  #stopListening: () => Promise<void> = async () => {};
  #sampling: NodeJS.Timeout | undefined;

  constructor(options: RelayOptions) {
    this.#options = { leaseSeconds: 8, reconcileSeconds: 60, pollMs: 1000, way: () => 'eager', ...options };
    this.#dispatched = new GroupCommit(async (orderIds) => {
      await markDispatched(this.#options.sql, orderIds, this.#options.reconcileSeconds);
      return orderIds.map(() => undefined);
    });
  }

  async start(): Promise<void> {
    const { sql, inFlight } = this.#options;
    inFlight.onRoom(() => {
      if (this.#hasMore && inFlight.room >= Math.min(MIN_CLAIM, inFlight.limit / 4)) this.#wake();
    });
    this.#stopListening = (await sql.listen(ACCEPTED_CHANNEL, () => this.#wake())).unlisten;
    this.#sampling = setInterval(() => this.#sample(), BACKLOG_SAMPLE_MS);
    this.#looked = this.#lookUntilStopped();
  }

  /** Claims nothing more, and waits until what was claimed is started or given back. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#sampling);
    this.#wake();
    this.#stopped.resolve();
    await this.#looked;
    await Promise.all(this.#starting);
    await this.#stopListening().catch(() => {});
  }

  async #lookUntilStopped(): Promise<void> {
    while (!this.#isStopping) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const found = await this.#look();
      if (this.#isStopping || found) continue;
      // While something is away, orders that keep arriving must not make it asked more often.
      if (this.#pauseMs > 0) await Promise.race([this.#stopped.promise, sleepFor(this.#pauseMs)]);
      else await Promise.race([woken, sleepFor(this.#options.pollMs)]);
    }
  }

  /** @returns whether there may be more to take at once */
  async #look(): Promise<boolean> {
    this.#hasMore = false;
    if (this.#options.way() === 'closed') return false;
    const room = Math.min(this.#options.inFlight.room, MAX_CLAIM);
    // While starts fail one order at a time is enough to see whether Temporal is back.
    const limit = this.#pauseMs > 0 ? Math.min(room, 1) : room;
    this.#hasMore = limit <= 0;
    if (this.#hasMore) return false;
    const orders = await this.#claim(limit);
    if (!orders) return false;
    for (const order of orders) this.#track(this.#startOne(order));
    if (this.#pauseMs > 0) await Promise.all(this.#starting);
    this.#hasMore = orders.length === limit;
    return this.#hasMore && this.#pauseMs === 0;
  }

  async #claim(limit: number): Promise<ClaimedOrder[] | null> {
    try {
      const orders = await claimOrders(this.#options.sql, limit, this.#options.leaseSeconds);
      if (this.#pausedFor === 'claims') this.#goOn();
      return orders;
    } catch (error) {
      this.#pause('claims', error);
      return null;
    }
  }

  #track(starting: Promise<void>): void {
    this.#starting.add(starting);
    starting.finally(() => this.#starting.delete(starting));
  }

  async #startOne(order: ClaimedOrder): Promise<void> {
    const { inFlight, metrics, log, start } = this.#options;
    const isEager = this.#options.way() === 'eager';
    inFlight.enter(order.order_id);
    try {
      const started = await start(order, isEager);
      metrics.started(started);
      this.#goOn();
      if (started === 'already_started') inFlight.leave(order.order_id);
      else if (!isEager) setTimeout(() => inFlight.leave(order.order_id), FIRST_PASS_MS).unref();
    } catch (error) {
      metrics.started('failed');
      inFlight.leave(order.order_id);
      this.#pause('starts', error);
      await this.#giveBack(order.order_id);
      return;
    }
    await this.#dispatched
      .add(order.order_id)
      // The lease ends, the start is tried again, and finds the run already there.
      .catch((error) =>
        log.warn({ order_id: order.order_id, error: messageOf(error) }, 'a started run could not be noted'),
      );
  }

  async #giveBack(orderId: string): Promise<void> {
    await releaseOrders(this.#options.sql, [orderId], 1).catch(() => {}); // the lease ends by itself
  }

  /** Grows with each try that fails. Many orders that meet one outage at once are one try. */
  #pause(what: 'claims' | 'starts', error: unknown): void {
    if (this.#pauseMs === 0) {
      const event = what === 'claims' ? 'the relay can not claim orders' : 'the relay can not start runs';
      this.#options.log.warn({ error: messageOf(error) }, `${event}; it tries again until it can`);
    }
    this.#pausedFor = what;
    if (performance.now() < this.#pausedUntil) return;
    this.#pauseMs = Math.min(Math.max(FIRST_PAUSE_MS, this.#pauseMs * 2), LONGEST_PAUSE_MS);
    this.#pausedUntil = performance.now() + this.#pauseMs;
  }

  #goOn(): void {
    if (this.#pauseMs > 0) this.#options.log.info({}, 'the relay goes on');
    this.#pauseMs = 0;
    this.#pausedUntil = 0;
    this.#pausedFor = null;
  }

  #sample(): void {
    const { sql, metrics, inFlight } = this.#options;
    metrics.inFlight(inFlight.size);
    measureBacklog(sql).then(
      ({ depth, oldestSeconds }) => metrics.backlog(depth, oldestSeconds),
      () => {}, // the next sample is as good
    );
  }
}

const sleepFor = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
