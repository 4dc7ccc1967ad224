import type { OrderAction } from '../domain/actions.ts';
import { beginActions, endActions, lastTaken, type NewAction, type RecordedAction } from '../store/actions.ts';
import type { StoredOrder } from '../store/find-orders.ts';
import { type Change, type Deciding, type Decision, decide } from './decide.ts';

/** Who decides, and why. */
export interface Operator {
  by: string;
  reason: string | null;
}

export interface Recorded {
  decision: Decision;
  /** Of a refusal: the decision that was there first. */
  decided?: RecordedAction | undefined;
}

/** Decides about one order, with a line in the record from before the decision that says afterwards what came of it. */
export async function decideOnRecord(
  action: OrderAction,
  order: StoredOrder,
  operator: Operator,
  deciding: Deciding,
  change?: Change & { changes: string[] },
): Promise<Recorded> {
  const { sql } = deciding;
  const line = { ...actionOn(order, action, operator), changes: change?.changes };
  const [actionId] = await beginActions(sql, [line]);
  const decision = await decide(action, order, deciding, change);
  await endActions(sql, [endOf(actionId as string, decision)]);
  return decision.outcome === 'taken'
    ? { decision }
    : { decision, decided: await lastTaken(sql, order.order_id).catch(() => undefined) };
}

export const actionOn = (order: StoredOrder, action: OrderAction, { by, reason }: Operator): NewAction => ({
  action,
  by,
  reason,
  orderId: order.order_id,
  failureCode: order.failure_code,
  step: order.failure_step,
});

export const endOf = (actionId: string, decision: Decision) => ({
  actionId,
  outcome: decision.outcome,
  code: decision.outcome === 'refused' ? decision.code : undefined,
});
