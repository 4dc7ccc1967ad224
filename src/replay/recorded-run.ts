import { workflowIdOf } from '../domain/names.ts';

/** An event as the server sends it or as a file has it: the two agree on these names. */
export interface RecordedEvent {
  eventId?: unknown;
  [field: string]: unknown;
}

export interface RecordedRun {
  workflowId: string;
  /** The file that it was read from; a run that was fetched has none. */
  file?: string;
  history: { events: RecordedEvent[] };
}

const ORDER_PREFIX = workflowIdOf('');

/** @returns null for a run that is not an order's */
export const orderIdOf = ({ workflowId }: RecordedRun): string | null =>
  workflowId.startsWith(ORDER_PREFIX) ? workflowId.slice(ORDER_PREFIX.length) : null;

/** A run that no worker has touched goes on with any code; replaying it would wait for ever for its first task. */
export const hasBegun = ({ history }: RecordedRun): boolean => firstTaskOf(history.events) >= 0;

export const firstTaskOf = (events: RecordedEvent[]): number =>
  events.findIndex((event) => typeOf(event) === 'WorkflowTaskStarted');

export const idOf = (event: RecordedEvent): number => Number(String(event.eventId));

/** As the Web UI calls it, `MarkerRecorded`: which attributes an event carries says what it is. */
export function typeOf(event: RecordedEvent): string {
  const attributes = Object.keys(event).find((field) => field.endsWith('EventAttributes') && event[field]) ?? 'unknown';
  const name = attributes.replace(/EventAttributes$/, '');
  return name.charAt(0).toUpperCase() + name.slice(1);
}
