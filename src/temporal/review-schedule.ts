import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { REVIEW_ORDERS, REVIEW_SCHEDULE_ID, TASK_QUEUE } from '../domain/names.ts';
import { type Log, messageOf } from '../telemetry/log.ts';

const DEADLINE_MS = 10_000;
const DAY_MS = 86_400_000;

/**
 * Sees to it that the review takes place as it is set; `off` removes it. A worker works without: where this can't be
 * done it is said, and orders go on.
 */
export async function ensureReviewSchedule(client: Client, cron: string, log: Log): Promise<void> {
  try {
    await client.withDeadline(Date.now() + DEADLINE_MS, () =>
      cron === 'off' ? remove(client) : schedule(client, cron),
    );
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'the review of held and failed orders could not be scheduled');
  }
}

async function schedule(client: Client, cron: string): Promise<void> {
  const wanted = scheduleOf(cron);
  try {
    await client.schedule.create({ scheduleId: REVIEW_SCHEDULE_ID, ...wanted });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const handle = client.schedule.getHandle(REVIEW_SCHEDULE_ID);
    if (isAsWanted(await handle.describe(), cron)) return;
    // `paused` with its note is an operator's.
    await handle.update(({ state: { paused, note } }) => ({ ...wanted, state: { paused, note } }));
  }
}

async function remove(client: Client): Promise<void> {
  try {
    await client.schedule.getHandle(REVIEW_SCHEDULE_ID).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

/** What follows the # is kept as a comment; of the expression itself nothing is. */
const scheduleOf = (cron: string) => ({
  spec: { cronExpressions: [`${cron} # ${cron}`] },
  action: {
    type: 'startWorkflow' as const,
    workflowType: REVIEW_ORDERS,
    workflowId: 'review',
    taskQueue: TASK_QUEUE,
  },
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: DAY_MS },
});

function isAsWanted({ spec, action, policies }: ScheduleDescription, cron: string): boolean {
  const wanted = scheduleOf(cron);
  return (
    spec.calendars?.length === 1 &&
    spec.calendars[0]?.comment === cron &&
    action.workflowType === wanted.action.workflowType &&
    action.taskQueue === wanted.action.taskQueue &&
    policies.overlap === wanted.policies.overlap &&
    policies.catchupWindow === wanted.policies.catchupWindow
  );
}
