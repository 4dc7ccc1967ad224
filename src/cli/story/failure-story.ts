import { FAILURES, type FailureKind, isFailureCode } from '../../domain/failures.ts';
import type { Step } from '../../domain/lifecycle.ts';
import type { Order } from '../api/documents.ts';
import { statusColour } from '../screen/marks.ts';
import { plain, wrapped } from '../screen/text.ts';
import { ago, moment } from '../screen/times.ts';
import type { Session } from '../session.ts';

const INDENT = '  ';

/** What failed, and what a person does about it; docs/failures.md has the kinds. */
export function failureLines(order: Order, { paint, frame, now }: Session): string[] {
  const { failure, status, failed_at } = order;
  if (!failure) return [];
  const where = failure.step ? ` in ${failure.step}` : '';
  const since = failed_at ? `, since ${moment(failed_at)}, ${ago(failed_at, now())}` : '';
  return [
    '',
    paint(statusColour(status), `${status}: ${plain(failure.code)}${where}${since}`),
    ...wrapped(plain(failure.detail), frame.width, INDENT),
    ...wrapped(adviceFor(order), frame.width, INDENT),
    ...waysOn(order).map((command) => `${INDENT}${INDENT}durable-orders ${command}`),
  ];
}

const CAUSES: Record<FailureKind, string> = {
  refused: 'It was answered with a No.',
  invalid: 'It was asked in a way that can not be taken.',
  unavailable: 'It may pass by itself, but has lasted for longer than a step is retried.',
  defect: 'It does not pass by itself: repair the cause first.',
};

const PLACES: Record<Step, string> = {
  deduct: 'the inventory service',
  pay: 'the payment service',
  confirm: 'the database',
  notify: 'the notification service',
};

function adviceFor({ status, failure }: Order): string {
  switch (status) {
    case 'rejected':
      return 'That is an answer: what was done for the order has been given back. There is nothing to do.';
    case 'cancelled':
      return 'What was done for the order has been given back. There is nothing to do.';
    case 'failed':
      return 'Its run closed without an outcome; the steps are as it last reported them. A retry starts it again; no step happens twice. A cancellation gives back what was done.';
    case 'held':
      return heldBecauseOf(failure);
    default:
      return '';
  }
}

function heldBecauseOf(failure: Order['failure']): string {
  if (isBeingUndone(failure))
    return 'Not all that was done could be given back. Repair the cause, then have it tried again:';
  const cause = isFailureCode(failure?.code) ? `${CAUSES[FAILURES[failure.code].kind]} ` : '';
  const place = failure?.step ? `See that ${PLACES[failure.step]} is well, then let the order go on` : 'Let it go on';
  return `${cause}${place}, change what may be changed, or give it up:`;
}

/** Then nothing can be changed or given up any more. */
const isBeingUndone = (failure: Order['failure']): boolean => failure?.code === 'undo_failed';

function waysOn({ status, order_id, failure }: Order): string[] {
  if (status !== 'held' && status !== 'failed') return [];
  if (isBeingUndone(failure)) return [`retry ${order_id}`];
  return [`retry ${order_id}`, `amend ${order_id} --help`, `cancel ${order_id}`];
}
