import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { Failure } from '../domain/failures.ts';
import type { OrderStatus, Step } from '../domain/lifecycle.ts';

/**
 * How a run reads in the Web UI. Current details cost nothing: they are asked for, not stored. Search attributes cost an
 * event, so they are written only when an order is held or released: the happy path has none.
 */
const ORDER_STATUS = defineSearchAttributeKey('OrderStatus', 'KEYWORD');
const FAILURE_CODE = defineSearchAttributeKey('FailureCode', 'KEYWORD');
const FAILED_STEP = defineSearchAttributeKey('FailedStep', 'KEYWORD');

const DOING: Record<Step, string> = {
  deduct: 'Deducting the stock.',
  pay: 'Taking the payment.',
  confirm: 'Confirming the order.',
  notify: 'The order is confirmed. Telling the customer.',
};

export const showStep = (step: Step): void => setCurrentDetails(DOING[step]);

export function showHeld({ code, step, detail }: Failure): void {
  setCurrentDetails(
    `**Held**: the step \`${step}\` could not be taken (\`${code}\`).\n\n${detail}\n\nWaits for an operator: retry, amend or cancel. Everything done so far is intact.`,
  );
  upsert('held', code, step);
}

export function showReleased(): void {
  setCurrentDetails('Released: goes on from the step that failed.');
  upsert('processing', null, null);
}

export function showSettled(status: OrderStatus, wasHeld: boolean): void {
  setCurrentDetails(`The order is **${status}**.`);
  if (wasHeld) upsert(status, null, null);
}

function upsert(status: OrderStatus, code: string | null, step: Step | null): void {
  const pairs: SearchAttributeUpdatePair[] = [
    { key: ORDER_STATUS, value: status },
    { key: FAILURE_CODE, value: code },
    { key: FAILED_STEP, value: step },
  ];
  upsertSearchAttributes(pairs);
}
