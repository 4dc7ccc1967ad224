/**
 * An order's statuses and the moves between them.
 *
 * accepted ──> processing ──> confirmed │ rejected │ cancelled      (settled: no way out)
 *                  │  ▲
 *                  ▼  │ retry
 *                 held ──> cancelled
 *
 * `failed` is a run that closed without an outcome, or so it seemed: one that reports again is `processing`. `accepted` again
 * means "to be started again": the run is gone.
 * A fast run may settle before the relay has noted that it started it, so `accepted` moves wherever `processing` does, but to
 * `failed`: what is known of its closed run is known of an earlier one.
 * `held -> confirmed` is missing on purpose: a late attempt to confirm must not overtake an operator who cancels. And nothing
 * moves to `confirmed` once its cancellation was asked for, whatever its status (`orders.cancel_asked`).
 */
const MOVES = {
  accepted: ['processing', 'confirmed', 'rejected', 'held', 'cancelled'],
  processing: ['confirmed', 'rejected', 'held', 'cancelled', 'failed', 'accepted'],
  held: ['processing', 'cancelled', 'failed', 'accepted'],
  failed: ['accepted', 'processing'],
  confirmed: [],
  rejected: [],
  cancelled: [],
} as const satisfies Record<string, readonly string[]>;

export type OrderStatus = keyof typeof MOVES;

export const ORDER_STATUSES = Object.keys(MOVES) as OrderStatus[];

export const SETTLED_STATUSES = ORDER_STATUSES.filter((status) => MOVES[status].length === 0);

export const isSettled = (status: OrderStatus): boolean => SETTLED_STATUSES.includes(status);

/** Every legal move as `from>to`, for the SQL that guards the status column. */
export const LEGAL_MOVES: string[] = ORDER_STATUSES.flatMap((from) => MOVES[from].map((to) => `${from}>${to}`));

export type Step = 'deduct' | 'pay' | 'confirm' | 'notify';
export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'undone';

export interface StepProgress {
  step: Step;
  state: StepState;
  /** Calls made for this step so far; of several items, the one that needed most. */
  attempts: number;
}

export const STEPS: Step[] = ['deduct', 'pay', 'confirm', 'notify'];

export const noStepTaken = (): StepProgress[] => STEPS.map((step) => ({ step, state: 'waiting', attempts: 0 }));
