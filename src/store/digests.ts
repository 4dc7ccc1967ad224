import { v7 as uuidv7 } from 'uuid';
import type { Digest } from '../domain/digest.ts';
import type { Sql } from './connect.ts';
import type { FailureGroup } from './failure-groups.ts';

export interface StoredDigest {
  digest_id: string;
  digest: Digest;
}

export async function findDigest(sql: Sql, scheduledAt: string): Promise<StoredDigest | undefined> {
  const [row] = await sql<StoredDigest[]>`
    SELECT digest_id, digest FROM digests WHERE scheduled_at = ${scheduledAt}::text::timestamptz`;
  return row;
}

export async function findDigestBefore(sql: Sql, scheduledAt: string): Promise<Digest | undefined> {
  const [row] = await sql<Pick<StoredDigest, 'digest'>[]>`
    SELECT digest FROM digests WHERE scheduled_at < ${scheduledAt}::text::timestamptz ORDER BY scheduled_at DESC LIMIT 1`;
  return row?.digest;
}

/** Answers with the one that is stored: the first, where it was taken twice. */
export async function storeDigest(sql: Sql, scheduledAt: string, digest: Digest): Promise<StoredDigest> {
  await sql`
    INSERT INTO digests (scheduled_at, digest_id, digest)
    VALUES (${scheduledAt}::text::timestamptz, ${uuidv7()}, ${JSON.stringify(digest)}::text::json)
    ON CONFLICT DO NOTHING`;
  return (await findDigest(sql, scheduledAt)) as StoredDigest;
}

export const forgetDigestsBefore = (sql: Sql, scheduledAt: string, days: number) => sql`
  DELETE FROM digests WHERE scheduled_at < ${scheduledAt}::text::timestamptz - ${days} * interval '1 day'`;

/** Of one group, by the end of an index; undefined where it has been emptied meanwhile. */
export async function findOldestOf(
  sql: Sql,
  { status, failure_code, failure_step }: FailureGroup,
): Promise<string | undefined> {
  const [order] = await sql<{ order_id: string }[]>`
    SELECT order_id FROM orders
    WHERE status IN ('held', 'failed') AND status = ${status} AND failure_code = ${failure_code}
      AND coalesce(failure_step, '') = ${failure_step ?? ''}
    ORDER BY failed_at LIMIT 1`;
  return order?.order_id;
}
