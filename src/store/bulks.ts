import { v7 as uuidv7 } from 'uuid';
import type { BulkAction, BulkCounts, BulkWanted } from '../domain/bulk.ts';
import type { FailureCode } from '../domain/failures.ts';
import type { Step } from '../domain/lifecycle.ts';
import { recordTaken } from './actions.ts';
import type { Sql } from './connect.ts';

export interface BulkFilter {
  status?: 'held' | 'failed' | undefined;
  failure_code?: FailureCode | undefined;
  step?: Step | undefined;
}

export interface NewBulk {
  action: BulkAction;
  filter: BulkFilter;
  /** Orders per second. */
  rate: number;
  reason: string | null;
  by: string;
}

export interface StoredBulk extends NewBulk {
  bulk_id: string;
  wanted: BulkWanted;
  total: number;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  /** Once it is finished; before that they are counted. */
  counts: BulkCounts | null;
}

const columns = (sql: Sql) => sql`
  bulks.bulk_id, action, filter, rate, reason, by_client AS by, wanted, total, created_at, started_at, finished_at, counts`;

/**
 * Freezes the set: the orders that fit now, those that failed first at the front. On the record in the same transaction.
 * Resolves after COMMIT.
 */
export async function createBulk(sql: Sql, { action, filter, rate, reason, by }: NewBulk): Promise<StoredBulk> {
  const { status, failure_code, step } = filter;
  return await sql.begin(async (tx) => {
    const id = uuidv7();
    await tx`
      INSERT INTO bulks (bulk_id, action, filter, rate, reason, by_client, total)
      VALUES (${id}, ${action}, ${JSON.stringify(filter)}::text::jsonb, ${rate}, ${reason}, ${by}, 0)`;
    const { count } = await tx`
      INSERT INTO bulk_items (bulk_id, position, order_id)
      SELECT ${id}, row_number() OVER (ORDER BY failed_at, order_id), order_id FROM orders
      WHERE status IN ('held', 'failed')
        ${status ? tx`AND status = ${status}` : tx``}
        ${failure_code ? tx`AND failure_code = ${failure_code}` : tx``}
        ${step ? tx`AND failure_step = ${step}` : tx``}`;
    const [bulk] = await tx<StoredBulk[]>`
      UPDATE bulks SET total = ${count} WHERE bulk_id = ${id} RETURNING ${columns(tx as unknown as Sql)}`;
    const about = { failureCode: failure_code, step, bulkId: id };
    await recordTaken(tx as unknown as Sql, { action: `bulk_${action}`, by, reason, ...about });
    return bulk as StoredBulk;
  });
}

export async function findBulk(sql: Sql, bulkId: string): Promise<StoredBulk | undefined> {
  const [bulk] = await sql<StoredBulk[]>`SELECT ${columns(sql)} FROM bulks WHERE bulk_id = ${bulkId}`;
  return bulk;
}

/** Newest first. @param before bulks created before this one */
export const listBulks = (sql: Sql, before: string | undefined, limit: number): Promise<StoredBulk[]> => sql`
  SELECT ${columns(sql)} FROM bulks WHERE true ${before ? sql`AND bulk_id < ${before}` : sql``}
  ORDER BY bulk_id DESC LIMIT ${limit}`;

const WISHES = { running: 'bulk_resume', paused: 'bulk_pause', stopped: 'bulk_stop' } as const;

/** What an operator wants of it, with its line in the record. Undefined where it is finished or stopped, which is final. */
export async function wantOfBulk(
  sql: Sql,
  bulkId: string,
  wanted: BulkWanted,
  { by, reason }: Pick<NewBulk, 'by' | 'reason'>,
): Promise<StoredBulk | undefined> {
  return await sql.begin(async (tx) => {
    const [bulk] = await tx<StoredBulk[]>`
      UPDATE bulks SET wanted = ${wanted} WHERE bulk_id = ${bulkId} AND finished_at IS NULL AND wanted <> 'stopped'
      RETURNING ${columns(tx as unknown as Sql)}`;
    if (!bulk) return undefined;
    const about = { failureCode: bulk.filter.failure_code, step: bulk.filter.step, bulkId };
    await recordTaken(tx as unknown as Sql, { action: WISHES[wanted], by, reason, ...about });
    return bulk;
  });
}

/** Unfinished bulks that a worker must see to: each for `leaseSeconds`, so that a run that is lost is started again. */
export const claimBulks = (sql: Sql, leaseSeconds: number): Promise<StoredBulk[]> => sql`
  WITH due AS MATERIALIZED (
    SELECT bulk_id FROM bulks WHERE due_at <= now() ORDER BY due_at LIMIT 10 FOR UPDATE SKIP LOCKED
  )
  UPDATE bulks SET due_at = now() + ${leaseSeconds} * interval '1 second'
  FROM due WHERE bulks.bulk_id = due.bulk_id RETURNING ${columns(sql)}`;

/** Could not be started: due again soon. */
export const releaseBulk = (sql: Sql, bulkId: string, afterSeconds: number) => sql`
  UPDATE bulks SET due_at = now() + ${afterSeconds} * interval '1 second'
  WHERE bulk_id = ${bulkId} AND finished_at IS NULL`;

export const noteBulkStarted = (sql: Sql, bulkId: string) => sql`
  UPDATE bulks SET started_at = now() WHERE bulk_id = ${bulkId} AND started_at IS NULL`;

export const finishBulk = (sql: Sql, bulkId: string, counts: BulkCounts) => sql`
  UPDATE bulks SET finished_at = now(), due_at = NULL, counts = ${JSON.stringify(counts)}::text::jsonb
  WHERE bulk_id = ${bulkId} AND finished_at IS NULL`;
