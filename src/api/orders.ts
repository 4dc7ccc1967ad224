import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import type { OrderRuns } from '../decisions/order-runs.ts';
import { ORDER_STATUSES, STEPS } from '../domain/lifecycle.ts';
import { listActions } from '../store/actions.ts';
import type { Sql } from '../store/connect.ts';
import { listOrders } from '../store/find-orders.ts';
import { actionView } from './actions.ts';
import { orderOf } from './order-of.ts';
import { viewOf } from './order-view.ts';
import { limit, nextCursor } from './pages.ts';
import { queryOf } from './request.ts';
import { failureCode } from './wire.ts';

export const listQuery = z.strictObject({
  status: z.enum(ORDER_STATUSES).optional().meta({ description: 'Only orders in this status.' }),
  failure_code: failureCode.optional().meta({ description: 'Only orders that failed with this code.' }),
  step: z.enum(STEPS).optional().meta({ description: 'Only orders that failed at this step.' }),
  cursor: z.uuid().optional().meta({ description: '`next_cursor` of the page before.' }),
  limit,
});

/** The newest of an order; `GET /api/actions?order_id=` has them all. */
const MAX_ACTIONS = 100;

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
    const order = await orderOf(request, sql);
    const [live, actions] = await Promise.all([
      order.status === 'processing' ? runs.progressOf(order.order_id) : null,
      listActions(sql, { orderId: order.order_id, limit: MAX_ACTIONS }),
    ]);
    const view = viewOf(order, (id) => runs.workflowLink(id), live);
    response.json({ ...view, actions: actions.toReversed().map(actionView) });
  };

const list =
  (sql: Sql, runs: OrderRuns): RequestHandler =>
  async (request, response) => {
    const { status, failure_code, step, cursor, limit } = queryOf(listQuery, request);
    const { caller } = request;
    const clientId = caller.role === 'client' ? caller.id : undefined;
    const orders = await listOrders(sql, { clientId, status, failureCode: failure_code, step, before: cursor, limit });
    response.json({
      orders: orders.map((order) => viewOf(order, (id) => runs.workflowLink(id))),
      next_cursor: nextCursor(orders, limit, (last) => last.order_id),
    });
  };
