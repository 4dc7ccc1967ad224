import { seconds } from '../seconds.ts';
import type { Moment } from './moment.ts';

/** An event of a run's history, as Temporal's JSON has it: what belongs to its kind alone is in one field of its own. */
export interface HistoryEvent {
  eventId: string;
  eventTime: string;
  eventType: string;
  [attributes: `${string}EventAttributes`]: Attributes;
}

/** Of the attributes of events those that say who had a task, and how long nobody had. */
interface Attributes {
  taskQueue?: { name?: string; normalName?: string };
  identity?: string;
  scheduledEventId?: string;
  startedEventId?: string;
  attempt?: number;
  timeoutType?: string;
  cause?: string;
  activityType?: { name?: string };
}

/** Shorter than this a task has not waited for anything. */
const WAITED_MS = 100;

/**
 * A run's history, with who took each task, how long it had waited in its queue, and who had what timed out.
 * @param nameOf the process behind a worker's identity; undefined where it is not known
 */
export function runMoments(events: HistoryEvent[], nameOf: (identity: string) => string | undefined): Moment[] {
  const byId = new Map(events.map((event) => [event.eventId, event]));
  const taken = new Set(
    events.flatMap((event) => (isStart(event) ? (attributesOf(event).scheduledEventId ?? []) : [])),
  );
  const who = (identity: string) => `by ${nameOf(identity) ?? 'an unknown process'} (${identity})`;
  return events.map((event) => {
    const { eventId, eventTime, eventType } = event;
    const type = eventType.replace('EVENT_TYPE_', '');
    const said = [taskOf(event), waitOf(event, byId), takerOf(event, byId, who), !taken.has(eventId) && openOf(event)];
    return { at: Date.parse(eventTime), text: ['run      ', eventId, type, ...said].filter(Boolean).join(' ') };
  });
}

const isStart = ({ eventType }: HistoryEvent): boolean => eventType.endsWith('TASK_STARTED');

const attributesOf = (event: HistoryEvent): Attributes => {
  const key = Object.keys(event).find((each) => each.endsWith('EventAttributes'));
  return key ? (event[key as `${string}EventAttributes`] ?? {}) : {};
};

/** Queue, activity and attempt of what is scheduled; what kind of time is over, or what went wrong. */
function taskOf(event: HistoryEvent): string {
  const { taskQueue, activityType, attempt = 1, timeoutType, cause } = attributesOf(event);
  const isSticky = Boolean(taskQueue?.normalName);
  return [
    activityType?.name,
    event.eventType.endsWith('TASK_SCHEDULED') &&
      taskQueue?.name &&
      `on ${isSticky ? 'one worker’s own queue' : taskQueue.name}`,
    attempt > 1 && `attempt ${attempt}`,
    timeoutType?.replace('TIMEOUT_TYPE_', ''),
    cause?.replace('WORKFLOW_TASK_FAILED_CAUSE_', ''),
  ]
    .filter(Boolean)
    .join(', ');
}

/** From when it was put into its queue until a worker took it, or until that was given up. A later attempt was put there later. */
function waitOf(event: HistoryEvent, byId: Map<string, HistoryEvent>): string {
  const { scheduledEventId, startedEventId = '0', attempt = 1 } = attributesOf(event);
  const wasGivenUp = event.eventType.endsWith('TASK_TIMED_OUT') && startedEventId === '0';
  const scheduled = byId.get(scheduledEventId ?? '');
  if (!scheduled || attempt > 1 || !(isStart(event) || wasGivenUp)) return '';
  const ms = Date.parse(event.eventTime) - Date.parse(scheduled.eventTime);
  if (wasGivenUp) return `after ${seconds(ms)} in the queue, taken by nobody`;
  return ms >= WAITED_MS ? `after ${seconds(ms)} in the queue` : '';
}

/** Who takes it; of a task that is lost, who had it. */
function takerOf(event: HistoryEvent, byId: Map<string, HistoryEvent>, who: (identity: string) => string): string {
  const { identity, startedEventId = '' } = attributesOf(event);
  if (isStart(event)) return identity ? who(identity) : '';
  const started = byId.get(startedEventId);
  const holder = started && attributesOf(started).identity;
  return holder && /TASK_(TIMED_OUT|FAILED)$/.test(event.eventType) ? `had been taken ${who(holder)}` : '';
}

/** Of an activity this is also so while it is tried again: its start is written when it ends. */
const openOf = ({ eventType }: HistoryEvent): string =>
  eventType.endsWith('TASK_SCHEDULED') ? '(no start of it is written)' : '';
