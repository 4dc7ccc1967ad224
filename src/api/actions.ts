import { Router } from 'express';
import { z } from 'zod';
import { ACTIONS } from '../domain/actions.ts';
import { listActions, type RecordedAction } from '../store/actions.ts';
import type { Sql } from '../store/connect.ts';
import { limit, nextCursor } from './pages.ts';
import { queryOf } from './request.ts';

export const actionsQuery = z.strictObject({
  order_id: z.uuid().optional(),
  bulk_id: z.uuid().optional(),
  by: z.string().max(260).optional().meta({ description: 'Client identity.' }),
  action: z.enum(ACTIONS).optional(),
  cursor: z.uuid().optional().meta({ description: '`next_cursor` of the page before.' }),
  limit,
});

/** `GET /api/actions`: who decided what, when, and why; newest first. */
export function record(sql: Sql): Router {
  const router = Router();
  router.get('/', async (request, response) => {
    const { order_id, bulk_id, by, action, cursor, limit } = queryOf(actionsQuery, request);
    const found = await listActions(sql, { orderId: order_id, bulkId: bulk_id, by, action, before: cursor, limit });
    response.json({ actions: found.map(actionView), next_cursor: nextCursor(found, limit, (last) => last.action_id) });
  });
  return router;
}

export const actionView = ({ action_id, at, ...action }: RecordedAction) => ({
  action_id,
  at: at.toISOString(),
  ...action,
});
