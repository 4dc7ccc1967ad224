/** What operators decide; the words of the record. */
export const ORDER_ACTIONS = ['retry', 'amend', 'cancel'] as const;
export type OrderAction = (typeof ORDER_ACTIONS)[number];

export const ACTIONS = [
  ...ORDER_ACTIONS,
  'bulk_retry',
  'bulk_cancel',
  'bulk_pause',
  'bulk_resume',
  'bulk_stop',
] as const;
export type Action = (typeof ACTIONS)[number];

export type ActionOutcome = 'taken' | 'refused' | 'unknown';
