import type { NativeConnection } from '@temporalio/worker';
import { ORDERS_QUEUE } from '../domain/names.ts';

/** Age in seconds of the oldest order's task that waits for a worker; 0 where none does. */
export type AskOldestWaiting = () => Promise<number>;

/** A connection that is mute must not stop the asking for good. */
const ANSWER_WITHIN_MS = 3000;

/**
 * What waits in the queue that all workers share. Tasks handed over without waiting, and those of runs that a worker has in memory,
 * are not in it. As old as the server's cache of it (`matching.TaskQueueInfoByBuildIdTTL`, 5 s unless set).
 * Source: temporal.api.taskqueue.v1.TaskQueueStats.
 */
export const oldestWaitingFrom =
  (connection: Pick<NativeConnection, 'workflowService' | 'withDeadline'>, namespace: string): AskOldestWaiting =>
  async () => {
    const { stats } = await connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      connection.workflowService.describeTaskQueue({ namespace, ...ORDERS_QUEUE, reportStats: true }),
    );
    const age = stats?.approximateBacklogAge;
    return Math.max(0, Number(age?.seconds ?? 0) + (age?.nanos ?? 0) / 1e9);
  };
