import { Context } from '@temporalio/activity';
import { type Deciding, type Decision, decide } from '../decisions/decide.ts';
import { type OrderRuns, RunsUnavailable } from '../decisions/order-runs.ts';
import { actionOn, endOf } from '../decisions/record.ts';
import { beginActions, endActions } from '../store/actions.ts';
import {
  countItems,
  type ItemResult,
  noteAsked,
  noteOutcomes,
  openItems,
  type TakenItem,
  takeItems,
} from '../store/bulk-items.ts';
import { findBulk, finishBulk, noteBulkStarted, type StoredBulk } from '../store/bulks.ts';
import type { Sql } from '../store/connect.ts';
import { findOrders, type StoredOrder } from '../store/find-orders.ts';
import type { BulkActivities, BulkProgress } from './contract.ts';
import { failWith } from './failing.ts';

export interface BulkOptions {
  sql: Sql;
  runs: Pick<OrderRuns, 'retry' | 'cancel' | 'isReachable'>;
}

const SECOND_MS = 1000;
const HEARTBEAT_MS = 2000;
/** An order whose run does not answer so often, while Temporal does, is left to be looked into. */
const MAX_TRIES = 5;

export const bulkActivities = (options: BulkOptions): BulkActivities => ({
  async resolveSome({ bulkId }) {
    const context = Context.current();
    const heart = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
    try {
      const bulk = await findBulk(options.sql, bulkId);
      const next = bulk && !bulk.finished_at ? await resolve(bulk, options) : 'end';
      const counts = await countItems(options.sql, bulkId);
      if (next === 'end') await finishBulk(options.sql, bulkId, counts);
      return { next, counts };
    } finally {
      clearInterval(heart);
    }
  },
});

async function resolve(bulk: StoredBulk, options: BulkOptions): Promise<BulkProgress['next']> {
  const { sql } = options;
  await noteBulkStarted(sql, bulk.bulk_id);
  await noteOutcomes(sql, bulk.bulk_id);
  if (bulk.wanted === 'paused') return 'rest';
  if (bulk.wanted === 'running' && (await askSome(bulk, options)) > 0) return 'ask';
  const { asked } = await openItems(sql, bulk.bulk_id);
  return asked ? 'follow' : 'end';
}

/** Asks as many as belong into a second, evenly, and takes that second. Answers with how many there were. */
async function askSome(bulk: StoredBulk, options: BulkOptions): Promise<number> {
  const { sql, runs } = options;
  if (!(await runs.isReachable())) throw failWith('temporal_unavailable', 'Temporal does not answer');
  const ends = performance.now() + SECOND_MS;
  const items = await takeItems(sql, bulk.bulk_id, bulk.rate);
  const orders = await findOrders(
    sql,
    items.map(({ order_id }) => order_id),
  );
  const turns = items.map((item) => ({ item, order: orders.find(({ order_id }) => order_id === item.order_id) }));
  const isToBeAsked = isToBeAskedIn(bulk);
  const results = await askAll(bulk, turns.filter(isToBeAsked), options);
  const passedBy = turns.filter((turn) => !isToBeAsked(turn));
  await noteAsked(sql, bulk.bulk_id, [...results, ...passedBy.map(({ item, order }) => passBy(item, order))]);
  if (items.length > 0) await Context.current().sleep(Math.max(0, ends - performance.now()));
  return items.length;
}

/** Each in its part of the second, with a line in the record from before it is asked. */
async function askAll(bulk: StoredBulk, turns: Turn[], { sql, runs }: BulkOptions): Promise<ItemResult[]> {
  if (turns.length === 0) return [];
  const lines = turns.map(({ order }) => ({ ...actionOn(order, bulk.action, bulk), bulkId: bulk.bulk_id }));
  const actionIds = await beginActions(sql, lines);
  const asked = await Promise.all(
    turns.map(async ({ item, order }, index) => {
      await Context.current().sleep((index * SECOND_MS) / bulk.rate);
      const decision = await ask(bulk, order, { sql, runs, askId: bulk.bulk_id });
      return { decision, result: resultOf(item, order, decision) };
    }),
  );
  await endActions(
    sql,
    asked.flatMap(({ decision }, index) => (decision ? [endOf(actionIds[index] as string, decision)] : [])),
  );
  return asked.map(({ result }) => result);
}

interface Turn {
  item: TakenItem;
  order: StoredOrder;
}

/** Where it was when it was taken; and what is given back already can't be cancelled another time. */
const isToBeAskedIn =
  ({ action }: StoredBulk) =>
  (turn: { item: TakenItem; order: StoredOrder | undefined }): turn is Turn => {
    const { item, order } = turn;
    return order !== undefined && isWhereItWas(item, order) && !(action === 'cancel' && isBeingUndone(order));
  };

/** Held or failed still; and not again since it was asked by a worker that died afterwards. */
const isWhereItWas = ({ was_asking, asked_at }: TakenItem, { status, failed_at }: StoredOrder): boolean =>
  (status === 'held' || status === 'failed') && !(was_asking && failed_at !== null && failed_at > asked_at);

const isBeingUndone = ({ status, failure_code }: StoredOrder): boolean =>
  status === 'held' && failure_code === 'undo_failed';

/** Null: nobody knows. */
async function ask(bulk: StoredBulk, order: StoredOrder, deciding: Deciding): Promise<Decision | null> {
  try {
    return await decide(bulk.action, order, deciding);
  } catch (error) {
    if (error instanceof RunsUnavailable) return null;
    throw error;
  }
}

/** @param decision null where it is not known whether one was made: asked again, but not for ever */
function resultOf(item: TakenItem, order: StoredOrder, decision: Decision | null): ItemResult {
  const { position } = item;
  if (decision?.outcome === 'taken')
    return { position, outcome: 'asked', orderStatus: decision.status, failureCode: null };
  if (decision) return passBy(item, { ...order, status: decision.status });
  const outcome = item.tries < MAX_TRIES ? 'waiting' : 'skipped';
  return { position, outcome, orderStatus: order.status, failureCode: 'temporal_unavailable' };
}

/** What is under way or settled by itself is skipped; but what was asked before may be so because of that. */
const passBy = (item: TakenItem, order: StoredOrder | undefined): ItemResult => ({
  position: item.position,
  outcome: item.was_asking && order && !isWhereItWas(item, order) ? 'asked' : 'skipped',
  orderStatus: order?.status ?? null,
  failureCode: order?.failure_code ?? null,
});
