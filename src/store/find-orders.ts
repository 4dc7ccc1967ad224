import type { FailureCode } from '../domain/failures.ts';
import type { OrderStatus, Step, StepProgress } from '../domain/lifecycle.ts';
import { type Decided, type Earlier, type OrderRequest, type OrderToProcess, toProcess } from '../domain/order.ts';
import type { Sql } from './connect.ts';

export interface StoredOrder {
  order_id: string;
  client_id: string;
  status: OrderStatus;
  request: OrderRequest;
  steps: StepProgress[] | null;
  failure_code: FailureCode | null;
  failure_step: Step | null;
  failure_detail: string | null;
  accepted_at: Date;
  dispatched_at: Date | null;
  settled_at: Date | null;
  /** Since when it is held or failed. */
  failed_at: Date | null;
  amendments: number;
  earlier: Earlier | null;
}

const columns = (sql: Sql) => sql`
  order_id, client_id, status, request, steps, failure_code, failure_step, failure_detail,
  accepted_at, dispatched_at, settled_at, failed_at, amendments, earlier`;

export async function findOrder(sql: Sql, orderId: string): Promise<StoredOrder | undefined> {
  const [order] = await sql<StoredOrder[]>`SELECT ${columns(sql)} FROM orders WHERE order_id = ${orderId}`;
  return order;
}

export const findOrders = (sql: Sql, orderIds: string[]): Promise<StoredOrder[]> => sql`
  SELECT ${columns(sql)} FROM orders WHERE order_id = ANY(${orderIds}::uuid[])`;

/** As a run needs it. */
export async function findOrderToProcess(sql: Sql, orderId: string): Promise<OrderToProcess | undefined> {
  const [row] = await sql<(Decided & { traceparent: string; request: OrderRequest })[]>`
    SELECT traceparent, request, amendments, earlier, cancel_asked AS "isCancelled"
    FROM orders WHERE order_id = ${orderId}`;
  return row && toProcess(orderId, row.traceparent, row.request, row);
}

export interface OrderFilter {
  /** Only this client's. */
  clientId?: string | undefined;
  status?: OrderStatus | undefined;
  failureCode?: string | undefined;
  step?: Step | undefined;
  /** Orders accepted before this one. */
  before?: string | undefined;
  limit: number;
}

/** Newest first. A page costs the same wherever it lies: it starts from a key, not from an offset. */
export function listOrders(sql: Sql, filter: OrderFilter): Promise<StoredOrder[]> {
  const { range, order, rest } = searchFor(sql, filter);
  const conditions = [range, ...Object.entries(rest).flatMap(([column, value]) => equals(sql, column, value))];
  return sql`
    SELECT ${columns(sql)} FROM orders WHERE ${conditions.reduce((all, condition) => sql`${all} AND ${condition}`)}
    ORDER BY ${order} LIMIT ${filter.limit}`;
}

const equals = (sql: Sql, column: string, value: string | undefined) =>
  value === undefined ? [] : [sql`${sql(column)} = ${value}`];

/** No UUIDv7 is as late. */
const AFTER_ALL = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * What to look through, and in which order; `rest`: what to look for on the way.
 *
 * A range and not `=`: PostgreSQL would take a client, or a failure, for one of a few, look through the orders of all for it,
 * newest first, or sort all that it has. Of a range it can have the order from one index only.
 */
function searchFor(sql: Sql, { clientId, status, failureCode, step, before = AFTER_ALL }: OrderFilter) {
  if (clientId)
    return {
      range: sql`client_id >= ${clientId} AND (client_id, order_id) < (${clientId}, ${before}::uuid)`,
      order: sql`client_id DESC, order_id DESC`,
      rest: { status, failure_code: failureCode, failure_step: step },
    };
  if (failureCode && status)
    return {
      range: sql`failure_code >= ${failureCode} AND status >= ${status}
        AND (failure_code, status, order_id) < (${failureCode}, ${status}, ${before}::uuid)`,
      order: sql`failure_code DESC, status DESC, order_id DESC`,
      rest: { failure_step: step },
    };
  return {
    range: sql`order_id < ${before}`,
    order: sql`order_id DESC`,
    rest: { status, failure_code: failureCode, failure_step: step },
  };
}

/** Those of `orderIds` that have settled, with their status. */
export const findSettled = (sql: Sql, orderIds: string[]): Promise<{ order_id: string; status: OrderStatus }[]> => sql`
  SELECT order_id, status FROM orders WHERE order_id = ANY(${orderIds}::uuid[]) AND settled_at IS NOT NULL`;

/** Orders in each status that is not settled; the settled ones are counted as they settle. */
export const countUnsettled = (sql: Sql): Promise<{ status: OrderStatus; count: number }[]> => sql`
  SELECT status, count(*)::int AS count FROM orders
  WHERE status IN ('accepted', 'processing', 'held', 'failed') GROUP BY status`;
