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
export const listOrders = (
  sql: Sql,
  { clientId, status, failureCode, step, before = AFTER_ALL, limit }: OrderFilter,
): Promise<StoredOrder[]> => sql`
  SELECT ${columns(sql)} FROM orders
  WHERE ${clientId ? ofClient(sql, clientId, before) : sql`order_id < ${before}`}
    ${status ? sql`AND status = ${status}` : sql``}
    ${failureCode ? sql`AND failure_code = ${failureCode}` : sql``}
    ${step ? sql`AND failure_step = ${step}` : sql``}
  ORDER BY ${clientId ? sql`client_id DESC,` : sql``} order_id DESC LIMIT ${limit}`;

/** No UUIDv7 is as late. */
const AFTER_ALL = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * A range and not `=`: PostgreSQL would take the client for one of a few, look through the orders of all for it, newest
 * first, and through the whole table for one with a handful. Of a range it can have the order from one index only.
 */
const ofClient = (sql: Sql, clientId: string, before: string) =>
  sql`client_id >= ${clientId} AND (client_id, order_id) < (${clientId}, ${before}::uuid)`;

/** Those of `orderIds` that have settled, with their status. */
export const findSettled = (sql: Sql, orderIds: string[]): Promise<{ order_id: string; status: OrderStatus }[]> => sql`
  SELECT order_id, status FROM orders WHERE order_id = ANY(${orderIds}::uuid[]) AND settled_at IS NOT NULL`;

/** Orders in each status that is not settled; the settled ones are counted as they settle. */
export const countUnsettled = (sql: Sql): Promise<{ status: OrderStatus; count: number }[]> => sql`
  SELECT status, count(*)::int AS count FROM orders
  WHERE status IN ('accepted', 'processing', 'held', 'failed') GROUP BY status`;
