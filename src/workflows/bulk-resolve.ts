import type { Duration } from '@temporalio/common';
import {
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { BulkActivities, BulkProgress } from '../activities/contract.ts';
import type { BulkCounts } from '../domain/bulk.ts';
import { SIGNAL_BULK_CHANGED } from '../domain/names.ts';

export interface BulkInput {
  bulkId: string;
}

/** What is wanted of the bulk has changed in the database. */
export const changedSignal = defineSignal(SIGNAL_BULK_CHANGED);

const { resolveSome } = proxyActivities<BulkActivities>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s' },
});

/** Events; each second of asking is six of them. Temporal warns at 10,240. */
const LONG_HISTORY = 4000;
/** Between looks at what became of the orders that were asked: the longer it lasts, the longer. */
const PAUSES: Duration[] = ['1s', '2s', '4s', '8s', '15s'];
/** A paused bulk is told when it is resumed; this is for a signal that was lost. */
const REST: Duration = '1m';

/**
 * Lets the orders of a bulk operation go on, or cancels them, second by second. Which orders, how far it is, and what is
 * wanted of it are in the database: this run may be lost and started again.
 */
export async function bulkResolve(input: BulkInput): Promise<BulkCounts> {
  let isChanged = false;
  setHandler(changedSignal, () => {
    isChanged = true;
  });
  for (let looks = 0; !isLong(); ) {
    isChanged = false;
    const { next, counts } = await resolveSome(input);
    setCurrentDetails(detailsOf(next, counts));
    if (next === 'end') return counts;
    looks = next === 'follow' ? looks + 1 : 0;
    if (next === 'follow') await condition(() => isChanged, PAUSES[Math.min(looks, PAUSES.length) - 1] as Duration);
    if (next === 'rest') await condition(() => isChanged, REST);
  }
  return await continueAsNew<typeof bulkResolve>(input);
}

const isLong = (): boolean => workflowInfo().continueAsNewSuggested || workflowInfo().historyLength > LONG_HISTORY;

const detailsOf = (next: BulkProgress['next'], { waiting, done, held_again, skipped }: BulkCounts) =>
  `${next === 'rest' ? '**Paused**. ' : ''}Done ${done}, held again ${held_again}, skipped ${skipped}, waiting ${waiting}.`;
