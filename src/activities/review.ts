import { ApplicationFailure, Context } from '@temporalio/activity';
import { changeOf, type Digest, digestOf } from '../domain/digest.ts';
import { textOf } from '../domain/digest-text.ts';
import type { Sql } from '../store/connect.ts';
import { findDigest, findDigestBefore, findOldestOf, forgetDigestsBefore, storeDigest } from '../store/digests.ts';
import { type FailureGroup, findFailureGroups } from '../store/failure-groups.ts';
import type { Log } from '../telemetry/log.ts';
import type { ReviewActivities } from './contract.ts';
import { post, type Webhook } from './webhook.ts';

export interface ReviewOptions {
  sql: Sql;
  log: Log;
  webhook: Webhook | undefined;
}

const KEPT_DAYS = 90;

export const reviewActivities = ({ sql, log, webhook }: ReviewOptions): ReviewActivities => ({
  async takeDigest({ scheduledAt }) {
    const { digest } = (await findDigest(sql, scheduledAt)) ?? (await take(sql, scheduledAt));
    tell(digest, log);
    await forgetDigestsBefore(sql, scheduledAt, KEPT_DAYS);
    return { total: digest.total, groups: digest.groups.length };
  },

  async deliverDigest({ scheduledAt }) {
    if (!webhook) return 'not_wanted';
    const stored = await findDigest(sql, scheduledAt);
    if (!stored) throw ApplicationFailure.nonRetryable('the digest is not stored', 'internal_error');
    const { digest_id: id, digest } = stored;
    const body = JSON.stringify({
      type: 'orders.review',
      timestamp: digest.taken_at,
      text: textOf(digest),
      data: digest,
    });
    await post(webhook, { id, body }, Context.current().cancellationSignal);
    return 'delivered';
  },
});

async function take(sql: Sql, scheduledAt: string) {
  const [groups, before] = await Promise.all([findFailureGroups(sql), findDigestBefore(sql, scheduledAt)]);
  const waiting = groups.map(({ status, failure_code, failure_step, count, first_seen, sample }) => ({
    status,
    failure_code,
    step: failure_step,
    count,
    oldest: first_seen.toISOString(),
    sample,
  }));
  const taken = { taken_at: new Date().toISOString(), oldest: await oldestIn(sql, groups), groups: waiting };
  return await storeDigest(sql, scheduledAt, digestOf(taken, before));
}

async function oldestIn(sql: Sql, groups: FailureGroup[]): Promise<Digest['oldest']> {
  const [first] = groups.toSorted((a, b) => a.first_seen.getTime() - b.first_seen.getTime());
  const orderId = first && (await findOldestOf(sql, first));
  return orderId ? { order_id: orderId, since: first.first_seen.toISOString() } : null;
}

/** One line a group and one for all: what a log is searched for is what is counted. */
function tell({ groups, gone, total, before, oldest }: Digest, log: Log): void {
  for (const group of groups) {
    const { status, failure_code: code, step, count, sample } = group;
    const fields = { status, code, step, count, change: changeOf(group), since: group.oldest };
    log.warn({ ...fields, order_id: sample.order_id, detail: sample.detail }, 'orders wait for somebody');
  }
  for (const { status, failure_code: code, step } of gone)
    log.info({ status, code, step, count: 0, change: 'gone' }, 'orders no longer wait');
  const change = changeOf({ count: total, before });
  log.info({ count: total, change, since: oldest?.since, order_id: oldest?.order_id }, 'orders reviewed');
}
