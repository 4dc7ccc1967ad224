import type { NativeConnection } from '@temporalio/worker';
import { ORDERS_QUEUE } from '../domain/names.ts';
import { promptly } from './promptly.ts';

/** Age in seconds of the oldest order's task that waits for a worker; 0 where none does. */
export type AskOldestWaiting = () => Promise<number>;

/**
 * What waits in the queue that all workers share. Tasks handed over without waiting, and those of runs that a worker has in memory,
 * are not in it. As old as the server's cache of it (`matching.TaskQueueInfoByBuildIdTTL`, 5 s unless set).
 * Source: temporal.api.taskqueue.v1.TaskQueueStats.
 */
export const oldestWaitingFrom =
  (connection: Pick<NativeConnection, 'workflowService' | 'withDeadline'>, namespace: string): AskOldestWaiting =>
  async () => {
    const { stats } = await promptly(connection, () =>
      connection.workflowService.describeTaskQueue({ namespace, ...ORDERS_QUEUE, reportStats: true }),
    );
    const age = stats?.approximateBacklogAge;
    return Math.max(0, Number(age?.seconds ?? 0) + (age?.nanos ?? 0) / 1e9);
  };
