import { defineSearchAttributeKey } from '@temporalio/common';
import { isCancellation, log, proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { ReviewActivities } from '../activities/contract.ts';

export interface ReviewOutcome {
  waiting: number;
  delivery: 'delivered' | 'not_wanted' | 'given_up';
}

/** Set by Temporal in what a schedule starts. */
const SCHEDULED_AT = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');

const RETRY = { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '5m' } as const;

const { takeDigest } = proxyActivities<ReviewActivities>({
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '20h', // the next one is due after a day, and waits for no other
  retry: RETRY,
});
const { deliverDigest } = proxyActivities<ReviewActivities>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '1h',
  retry: RETRY,
});

/** Looks at the orders that wait for somebody, and tells whoever wants to know. */
export async function reviewOrders(): Promise<ReviewOutcome> {
  const { typedSearchAttributes, startTime } = workflowInfo();
  const scheduledAt = (typedSearchAttributes.get(SCHEDULED_AT) ?? startTime).toISOString();
  const { total, groups } = await takeDigest({ scheduledAt });
  setCurrentDetails(`Held or failed: ${total} orders in ${groups} groups.`);
  try {
    return { waiting: total, delivery: await deliverDigest({ scheduledAt }) };
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('the review could not be delivered; it is given up', { error: reasonOf(error) });
    return { waiting: total, delivery: 'given_up' };
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
