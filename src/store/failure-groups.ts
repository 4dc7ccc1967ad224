import type { FailureCode } from '../domain/failures.ts';
import type { Step } from '../domain/lifecycle.ts';
import type { Sql } from './connect.ts';

/** Held or failed orders with the same failure code and step. */
export interface FailureGroup {
  status: 'held' | 'failed';
  failure_code: FailureCode;
  /** Null where no single step is to blame. */
  failure_step: Step | null;
  count: number;
  first_seen: Date;
  last_seen: Date;
  /** The newest. */
  sample: { order_id: string; detail: string };
}

/**
 * The largest first. Costs the same however many orders a group has: counts are kept, first and last are the ends of an
 * index.
 */
export const findFailureGroups = (sql: Sql): Promise<FailureGroup[]> => sql<FailureGroup[]>`
  SELECT
    counts.status, counts.failure_code, nullif(counts.failure_step, '') AS failure_step, counts.orders::int AS count,
    first.failed_at AS first_seen, last.failed_at AS last_seen,
    json_build_object('order_id', last.order_id, 'detail', coalesce(last.failure_detail, '')) AS sample
  FROM failure_counts AS counts
  CROSS JOIN LATERAL (
    SELECT failed_at FROM orders o
    WHERE o.status IN ('held', 'failed') AND o.status = counts.status AND o.failure_code = counts.failure_code
      AND coalesce(o.failure_step, '') = counts.failure_step
    ORDER BY failed_at LIMIT 1
  ) AS first
  CROSS JOIN LATERAL (
    SELECT order_id, failed_at, failure_detail FROM orders o
    WHERE o.status IN ('held', 'failed') AND o.status = counts.status AND o.failure_code = counts.failure_code
      AND coalesce(o.failure_step, '') = counts.failure_step
    ORDER BY failed_at DESC LIMIT 1
  ) AS last
  WHERE counts.orders > 0
  ORDER BY counts.orders DESC, counts.failure_code, counts.failure_step`;
