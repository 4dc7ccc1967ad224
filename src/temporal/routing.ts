import type { WorkerDeploymentVersion } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import { ORDERS_QUEUE } from '../domain/names.ts';
import { promptly } from './promptly.ts';

/** Where Temporal sends new runs. No version: to workers that have none. */
export interface Routing {
  current: WorkerDeploymentVersion | null;
  ramping: WorkerDeploymentVersion | null;
  /** Of new runs that go to the ramping version instead of the current one. */
  percentage: number;
}

export type AskRouting = () => Promise<Routing>;

/** Asked of the task queue, which is what routes; describing the deployment asks a workflow, and costs a query. */
export const routingFrom =
  (connection: Pick<NativeConnection, 'workflowService' | 'withDeadline'>, namespace: string): AskRouting =>
  async () => {
    const { versioningInfo } = await promptly(connection, () =>
      connection.workflowService.describeTaskQueue({ namespace, ...ORDERS_QUEUE }),
    );
    return {
      current: versionIn(versioningInfo?.currentDeploymentVersion),
      ramping: versionIn(versioningInfo?.rampingDeploymentVersion),
      percentage: versioningInfo?.rampingVersionPercentage ?? 0,
    };
  };

interface Told {
  deploymentName?: string | null;
  buildId?: string | null;
}

const versionIn = (told: Told | null | undefined): WorkerDeploymentVersion | null =>
  told?.buildId ? { deploymentName: told.deploymentName ?? '', buildId: told.buildId } : null;
