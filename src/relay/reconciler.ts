import { isToBeUndone } from '../store/cancel-order.ts';
import type { Sql } from '../store/connect.ts';
import { askAgain, claimSilentOrders, findUnderWay, redispatch } from '../store/reconcile-orders.ts';
import { recordStatuses } from '../store/record-status.ts';
import { type Log, messageOf } from '../telemetry/log.ts';
import type { AskFate, AskWhetherItDoesMore, EndRun, Fate, ListClosed } from './fates.ts';
import { Rounds } from './rounds.ts';

export interface ReconcilerOptions {
  sql: Sql;
  askFate: AskFate;
  askWhetherItDoesMore: AskWhetherItDoesMore;
  endRun: EndRun;
  listClosed: ListClosed;
  log: Log;
  reconcileSeconds: number;
  everyMs?: number;
}

const MAX_ASKED = 100;
const SWEEP_EVERY_MS = 10_000;
/** Longer than a sweep may be late, clocks be apart, and Temporal's visibility lag. */
const SWEPT_MS = 10 * 60_000;
const ASK_AGAIN_SECONDS = 5;

/**
 * Finds orders whose run is lost, which happens when Temporal's database is set back, and hands them to the relay
 * again; and orders whose run ended behind our back, and writes down how. An order that is cancelled, and whose run can't go
 * on to undo it, gets one that does nothing else.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #rounds: Rounds;
  readonly #sweeps: Rounds;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#rounds = new Rounds(() => this.reconcile(), options.everyMs ?? 1000);
    this.#sweeps = new Rounds(() => this.sweep(), SWEEP_EVERY_MS);
  }

  start(): void {
    this.#rounds.start();
    this.#sweeps.start();
  }

  /** Waits for the question under way, and asks no more. */
  async stop(): Promise<void> {
    await Promise.all([this.#rounds.stop(), this.#sweeps.stop()]);
  }

  /** One round: at most `MAX_ASKED` orders, those silent for longest. */
  async reconcile(): Promise<void> {
    const { sql, askFate, log, reconcileSeconds } = this.#options;
    const silent = await claimSilentOrders(sql, MAX_ASKED, reconcileSeconds).catch(() => []); // the relay says so already
    for (const [index, { order_id }] of silent.entries()) {
      if (this.#rounds.isStopping) return await this.#giveBack(silent.slice(index));
      try {
        await this.#follow(order_id, await askFate(order_id));
      } catch (error) {
        log.warn({ order_id, error: messageOf(error) }, 'a silent run could not be asked about; it is asked again');
        return await this.#giveBack(silent.slice(index));
      }
    }
  }

  /**
   * What was closed from outside is not silent yet: Temporal says which runs those are, the latest first. Behind a page
   * of which every order is known there is nothing new; so thousands are found at once, and looked through once.
   */
  async sweep(): Promise<void> {
    const { sql, askFate, listClosed, log } = this.#options;
    try {
      for await (const page of listClosed(new Date(Date.now() - SWEPT_MS))) {
        const underWay = await findUnderWay(sql, page);
        if (underWay.length === 0) return;
        for (const { order_id } of underWay) {
          if (this.#sweeps.isStopping) return;
          const fate = await askFate(order_id);
          if (fate.is !== 'failing') await this.#follow(order_id, fate); // that is for the rounds, which come less and less often
        }
      }
    } catch (error) {
      log.debug({ error: messageOf(error) }, 'closed runs could not be listed; they are found later');
    }
  }

  async #giveBack(orders: { order_id: string }[]): Promise<void> {
    const ids = orders.map(({ order_id }) => order_id);
    await askAgain(this.#options.sql, ids, ASK_AGAIN_SECONDS).catch(() => {}); // due again later anyway
  }

  async #follow(orderId: string, fate: Fate): Promise<void> {
    const { sql, log } = this.#options;
    if (fate.is === 'missing' && (await redispatch(sql, orderId, ['processing', 'held']))) {
      log.warn({ order_id: orderId }, 'the run is missing; the order is started again');
    }
    if (fate.is === 'failing') await this.#replace(orderId, fate);
    if (fate.is === 'completed') {
      await recordStatuses(sql, [{ orderId, status: fate.status, steps: null, failure: null }]);
    }
    if (fate.is === 'closed' && !(fate.how === 'TERMINATED' && (await this.#undo(orderId)))) {
      const detail = `the run was closed from outside or failed: ${fate.how}`;
      const failure = { code: 'run_closed', step: null, detail } as const;
      const [inForce] = await recordStatuses(sql, [{ orderId, status: 'failed', steps: fate.steps ?? null, failure }]);
      if (inForce?.status === 'failed')
        // another one may have been first, and started it again
        log.error({ order_id: orderId, code: 'run_closed', detail }, 'the run closed without an outcome');
    }
  }

  /** Once: a run that only undoes, and does not go on either, waits for the code to be repaired, as one of an order that is not cancelled. */
  async #replace(orderId: string, { runId }: Fate & { is: 'failing' }): Promise<void> {
    const { sql, askWhetherItDoesMore, endRun, log } = this.#options;
    const run = { order_id: orderId, run_id: runId };
    try {
      if (!(await isToBeUndone(sql, orderId)) || !(await askWhetherItDoesMore(orderId, runId)))
        return log.error(run, 'the run does not go on: its workflow task fails again and again');
      log.warn(run, 'the run of a cancelled order does not go on, and is ended');
      await endRun(orderId, runId);
    } catch (error) {
      return log.warn(
        { ...run, error: messageOf(error) },
        'the run does not go on, and could not be ended; it is tried again',
      );
    }
    await this.#undo(orderId);
  }

  /** False where the order is not to be cancelled, or has settled. */
  async #undo(orderId: string): Promise<boolean> {
    const { sql, log } = this.#options;
    if (!(await isToBeUndone(sql, orderId)) || !(await redispatch(sql, orderId, ['processing', 'held'], true)))
      return false;
    log.warn({ order_id: orderId }, 'the run of a cancelled order was ended; another one undoes the order');
    return true;
  }
}
