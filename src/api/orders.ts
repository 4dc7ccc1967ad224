import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { isFailureCode } from '../domain/failures.ts';
import { ORDER_STATUSES } from '../domain/lifecycle.ts';
import type { Sql } from '../store/connect.ts';
import { findOrder, listOrders } from '../store/find-orders.ts';
import type { OrderRuns } from './order-runs.ts';
import { viewOf } from './order-view.ts';
import { Problem } from './problem.ts';
import { orderIdOf, queryOf } from './request.ts';

export const listQuery = z.strictObject({
  status: z.enum(ORDER_STATUSES).optional().meta({ description: 'Only orders in this status.' }),
  failure_code: z
    .string()
    .refine(isFailureCode)
    .optional()
    .meta({ description: 'Only orders that failed with this code.' }),
  cursor: z.uuid().optional().meta({ description: '`next_cursor` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** `GET /api/orders/{id}` and `GET /api/orders`. Statuses come from PostgreSQL; what goes on right now, from the run. */
export function readOrders({ sql, runs }: { sql: Sql; runs: OrderRuns }): Router {
  const router = Router();
  router.get('/', list(sql, runs));
  router.get('/:id', one(sql, runs));
  return router;
}

const one =
  (sql: Sql, runs: OrderRuns): RequestHandler =>
  async (request, response) => {
    const order = await findOrder(sql, orderIdOf(request));
    if (!order) throw new Problem('order_not_found');
    const live = order.status === 'processing' ? await runs.progressOf(order.order_id) : null;
    response.json(viewOf(order, (id) => runs.workflowLink(id), live));
  };

const list =
  (sql: Sql, runs: OrderRuns): RequestHandler =>
  async (request, response) => {
    const { status, failure_code, cursor, limit } = queryOf(listQuery, request);
    const orders = await listOrders(sql, { status, failureCode: failure_code, before: cursor, limit });
    response.json({
      orders: orders.map((order) => viewOf(order, (id) => runs.workflowLink(id))),
      next_cursor: orders.length === limit ? orders.at(-1)?.order_id : null,
    });
  };
