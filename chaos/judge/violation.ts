export const RULES = [
  'accepted order is lost',
  'order is not settled',
  'paid more than once',
  'money does not add up',
  'stock does not add up',
  'stock is not where it belongs',
  'one key, two orders',
  'a used key was taken for another order',
  'order differs from what was posted',
  'run and status disagree',
  'settled order moved',
  'cancellation was ignored',
  'ended without a cause',
  'customer was told what is not so',
] as const;
export type Rule = (typeof RULES)[number];

export interface Violation {
  rule: Rule;
  orderId: string | null;
  /** What was found, and what should have been. */
  detail: string;
}

/** Nothing where it is as it should be. */
export const unless = (isSo: boolean, rule: Rule, orderId: string | null | undefined, detail: string): Violation[] =>
  isSo ? [] : [{ rule, orderId: orderId ?? null, detail }];
