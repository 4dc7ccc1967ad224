import type { BulkCounts, ItemOutcome } from '../domain/bulk.ts';
import type { FailureCode } from '../domain/failures.ts';
import type { OrderStatus } from '../domain/lifecycle.ts';
import type { Sql } from './connect.ts';

/** An order whose turn has come. */
export interface TakenItem {
  position: number;
  order_id: string;
  tries: number;
  /** Taken before, and nobody knows what became of it: a worker died, or its run gave no answer. */
  was_asking: boolean;
  /** When it was taken first. */
  asked_at: Date;
}

/**
 * Takes the next orders of a bulk, and writes down that they are being asked before they are. First those that were left
 * in the middle. One run a bulk takes them, so nobody takes the same.
 */
export const takeItems = (sql: Sql, bulkId: string, limit: number): Promise<TakenItem[]> => sql`
  WITH next AS MATERIALIZED (
    SELECT position, tries > 0 AS was_asking FROM bulk_items
    WHERE bulk_id = ${bulkId} AND outcome IN ('asking', 'waiting')
    ORDER BY outcome, position LIMIT ${limit}
  )
  UPDATE bulk_items items SET
    outcome = 'asking', tries = tries + 1, asked_at = CASE WHEN was_asking THEN asked_at ELSE now() END
  FROM next WHERE items.bulk_id = ${bulkId} AND items.position = next.position
  RETURNING items.position, items.order_id, items.tries, was_asking, items.asked_at`;

export interface ItemResult {
  position: number;
  /** waiting: nobody knows; it is taken again, and known as such. */
  outcome: 'waiting' | 'asked' | 'skipped';
  orderStatus: OrderStatus | null;
  failureCode: FailureCode | null;
}

/** Of items that are being asked; a worker that was given up for dead can't change what is known since. */
export const noteAsked = (sql: Sql, bulkId: string, results: ItemResult[]) => sql`
  UPDATE bulk_items items SET
    outcome = result.outcome, order_status = result.order_status, failure_code = result.failure_code,
    decided_at = CASE WHEN result.outcome = 'skipped' THEN now() END
  FROM unnest(
    ${results.map(({ position }) => String(position))}::text[]::int[],
    ${results.map(({ outcome }) => outcome)}::text[],
    ${results.map(({ orderStatus }) => orderStatus)}::text[],
    ${results.map(({ failureCode }) => failureCode)}::text[]
  ) AS result (position, outcome, order_status, failure_code)
  WHERE items.bulk_id = ${bulkId} AND items.position = result.position AND items.outcome = 'asking'`;

/** Writes down what became of the orders that were asked: settled, or held or failed since. */
export const noteOutcomes = (sql: Sql, bulkId: string) => sql`
  UPDATE bulk_items items SET
    outcome = CASE WHEN o.settled_at IS NOT NULL THEN 'done' ELSE 'held_again' END,
    order_status = o.status, failure_code = o.failure_code, decided_at = coalesce(o.settled_at, o.failed_at)
  FROM orders o
  WHERE items.bulk_id = ${bulkId} AND items.outcome = 'asked' AND o.order_id = items.order_id
    AND (o.settled_at IS NOT NULL OR (o.status IN ('held', 'failed') AND o.failed_at > items.asked_at))`;

export async function countItems(sql: Sql, bulkId: string): Promise<BulkCounts> {
  const [counts] = await sql<[BulkCounts]>`
    SELECT
      count(*) FILTER (WHERE outcome IN ('waiting', 'asking', 'asked'))::int AS waiting,
      count(*) FILTER (WHERE outcome IN ('asking', 'asked'))::int AS asked,
      count(*) FILTER (WHERE outcome = 'done')::int AS done,
      count(*) FILTER (WHERE outcome = 'held_again')::int AS held_again,
      count(*) FILTER (WHERE outcome = 'skipped')::int AS skipped
    FROM bulk_items WHERE bulk_id = ${bulkId}`;
  return counts;
}

/** Whether there are orders to ask, or to wait for. */
export async function openItems(sql: Sql, bulkId: string): Promise<{ toAsk: boolean; asked: boolean }> {
  const [row] = await sql<{ to_ask: boolean; asked: boolean }[]>`
    SELECT
      EXISTS (SELECT FROM bulk_items WHERE bulk_id = ${bulkId} AND outcome = 'waiting')
        OR EXISTS (SELECT FROM bulk_items WHERE bulk_id = ${bulkId} AND outcome = 'asking') AS to_ask,
      EXISTS (SELECT FROM bulk_items WHERE bulk_id = ${bulkId} AND outcome = 'asked') AS asked`;
  return { toAsk: row?.to_ask === true, asked: row?.asked === true };
}

export interface ShownItem {
  position: number;
  order_id: string;
  outcome: ItemOutcome;
  order_status: OrderStatus | null;
  failure_code: FailureCode | null;
  at: Date | null;
}

/** In the order in which they are taken. @param after position of the last one seen */
export const listItems = (
  sql: Sql,
  bulkId: string,
  { outcome, after, limit }: { outcome?: ItemOutcome | undefined; after: number; limit: number },
): Promise<ShownItem[]> => sql`
  SELECT position, order_id, CASE outcome WHEN 'asking' THEN 'asked' ELSE outcome END AS outcome,
    order_status, failure_code, coalesce(decided_at, asked_at) AS at
  FROM bulk_items WHERE bulk_id = ${bulkId} AND position > ${after}
    ${outcome ? sql`AND outcome = ANY(${outcome === 'asked' ? ['asking', 'asked'] : [outcome]}::text[])` : sql``}
  ORDER BY position LIMIT ${limit}`;
