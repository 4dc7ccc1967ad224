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
  { clientId, status, failureCode, step, before, limit }: OrderFilter,
): Promise<StoredOrder[]> => sql`
  SELECT ${columns(sql)} FROM orders
  WHERE true
    ${clientId ? sql`AND client_id = ${clientId}` : sql``}
    ${status ? sql`AND status = ${status}` : sql``}
    ${failureCode ? sql`AND failure_code = ${failureCode}` : sql``}
    ${step ? sql`AND failure_step = ${step}` : sql``}
    ${before ? sql`AND order_id < ${before}` : sql``}
  ORDER BY order_id DESC LIMIT ${limit}`;

/** Those of `orderIds` that have settled, with their status. */
export const findSettled = (sql: Sql, orderIds: string[]): Promise<{ order_id: string; status: OrderStatus }[]> => sql`
  SELECT order_id, status FROM orders WHERE order_id = ANY(${orderIds}::uuid[]) AND settled_at IS NOT NULL`;

/** Orders in each status that is not settled; the settled ones are counted as they settle. */
export const countUnsettled = (sql: Sql): Promise<{ status: OrderStatus; count: number }[]> => sql`
  SELECT status, count(*)::int AS count FROM orders
  WHERE status IN ('accepted', 'processing', 'held', 'failed') GROUP BY status`;
