import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { loggedId } from '../access/subject.ts';
import type { OrderRuns } from '../decisions/order-runs.ts';
import { type BulkCounts, type BulkState, type BulkWanted, ITEM_OUTCOMES } from '../domain/bulk.ts';
import { countItems, listItems, type ShownItem } from '../store/bulk-items.ts';
import { findBulk, listBulks, type StoredBulk, wantOfBulk } from '../store/bulks.ts';
import type { Sql } from '../store/connect.ts';
import type { Log } from '../telemetry/log.ts';
import { limit, nextCursor, wholeNumber } from './pages.ts';
import { Problem } from './problem.ts';
import { bulkIdOf, clientOf, queryOf, reasonOf } from './request.ts';

/** Of PostgreSQL's integer. */
const MAX_POSITION = 2_147_483_647;

export const bulksQuery = z.strictObject({ cursor: z.uuid().optional(), limit });

export const itemsQuery = z.strictObject({
  outcome: z.enum(ITEM_OUTCOMES).optional(),
  cursor: wholeNumber(0, MAX_POSITION).default(0).meta({ description: '`next_cursor` of the page before.' }),
  limit,
});

interface Options {
  sql: Sql;
  runs: OrderRuns;
  log: Log;
  /** Lets those pass who may decide. */
  decides: RequestHandler;
  parseBody: RequestHandler;
}

/** Bulk operations: how far they are, order by order, and what can be wanted of them while they last. */
export function bulks({ sql, runs, log, decides, parseBody }: Options): Router {
  const router = Router();
  const viewOf = async (bulk: StoredBulk) =>
    bulkView(bulk, bulk.counts ?? (await countItems(sql, bulk.bulk_id)), runs.bulkLink(bulk.bulk_id));

  router.get('/', async (request, response) => {
    const { cursor, limit } = queryOf(bulksQuery, request);
    const found = await listBulks(sql, cursor, limit);
    response.json({
      bulks: await Promise.all(found.map(viewOf)),
      next_cursor: nextCursor(found, limit, (last) => last.bulk_id),
    });
  });
  router.get('/:id', async (request, response) => {
    response.json(await viewOf(await find(sql, bulkIdOf(request))));
  });
  router.get('/:id/items', async (request, response) => {
    const { bulk_id } = await find(sql, bulkIdOf(request));
    const { outcome, cursor, limit } = queryOf(itemsQuery, request);
    const items = await listItems(sql, bulk_id, { outcome, after: cursor, limit });
    response.json({
      items: items.map(itemView),
      next_cursor: nextCursor(items, limit, ({ position }) => String(position)),
    });
  });

  const want =
    (action: 'pause' | 'resume' | 'stop', wanted: BulkWanted): RequestHandler =>
    async (request, response) => {
      const by = clientOf(request);
      const reason = reasonOf(request);
      const before = await find(sql, bulkIdOf(request));
      const bulk = await wantOfBulk(sql, before.bulk_id, wanted, { by, reason });
      if (!bulk) throw finished(await find(sql, before.bulk_id));
      await runs.wakeBulk(bulk.bulk_id);
      log.info({ bulk_id: bulk.bulk_id, client_id: loggedId(by), outcome: action }, 'bulk operation changed');
      response.status(202).json(await viewOf(bulk));
    };
  router.post('/:id/pause', decides, parseBody, want('pause', 'paused'));
  router.post('/:id/resume', decides, parseBody, want('resume', 'running'));
  router.post('/:id/stop', decides, parseBody, want('stop', 'stopped'));
  return router;
}

async function find(sql: Sql, bulkId: string): Promise<StoredBulk> {
  const bulk = await findBulk(sql, bulkId);
  if (!bulk) throw new Problem('bulk_not_found');
  return bulk;
}

const finished = (bulk: StoredBulk) => new Problem('bulk_finished', { values: { bulk_state: stateOf(bulk) } });

function stateOf({ wanted, started_at, finished_at }: StoredBulk): BulkState {
  if (wanted === 'stopped') return 'stopped';
  if (finished_at) return 'done';
  if (wanted === 'paused') return 'paused';
  return started_at ? 'running' : 'waiting';
}

const bulkView = (bulk: StoredBulk, counts: BulkCounts, workflow: string) => ({
  bulk_id: bulk.bulk_id,
  action: bulk.action,
  state: stateOf(bulk),
  filter: bulk.filter,
  rate: bulk.rate,
  reason: bulk.reason,
  by: bulk.by,
  total: bulk.total,
  waiting: counts.waiting,
  asked: counts.asked,
  done: counts.done,
  held_again: counts.held_again,
  skipped: counts.skipped,
  created_at: bulk.created_at.toISOString(),
  finished_at: bulk.finished_at?.toISOString() ?? null,
  links: { self: `/api/bulk/${bulk.bulk_id}`, items: `/api/bulk/${bulk.bulk_id}/items`, workflow },
});

const itemView = ({ position: _, at, ...item }: ShownItem) => ({ ...item, at: at?.toISOString() ?? null });
