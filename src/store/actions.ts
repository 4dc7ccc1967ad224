import { v7 as uuidv7 } from 'uuid';
import type { Action, ActionOutcome } from '../domain/actions.ts';
import type { FailureCode } from '../domain/failures.ts';
import type { Step } from '../domain/lifecycle.ts';
import type { Sql } from './connect.ts';

export interface NewAction {
  action: Action;
  /** Client identity. */
  by: string;
  reason: string | null;
  orderId?: string | undefined;
  bulkId?: string | undefined;
  /** Of the order or the group, as it is when this is decided. */
  failureCode?: FailureCode | null | undefined;
  step?: Step | null | undefined;
  /** JSON Pointers to what is amended. */
  changes?: string[] | undefined;
}

export interface RecordedAction {
  action_id: string;
  at: Date;
  action: Action;
  by: string;
  reason: string | null;
  order_id: string | null;
  bulk_id: string | null;
  failure_code: FailureCode | null;
  step: Step | null;
  changes: string[] | null;
  outcome: ActionOutcome;
  code: FailureCode | null;
}

/** Writes down what is about to be decided, before it is: a crash in between leaves it with the outcome `unknown`. */
export async function beginActions(sql: Sql, actions: NewAction[]): Promise<string[]> {
  const ids = actions.map(() => uuidv7());
  await sql`
    INSERT INTO actions (action_id, action, by_client, reason, order_id, bulk_id, failure_code, failure_step, changes)
    SELECT id, action, by_client, reason, order_id, bulk_id, code, step, changes::jsonb
    FROM unnest(
      ${ids}::uuid[],
      ${actions.map(({ action }) => action)}::text[],
      ${actions.map(({ by }) => by)}::text[],
      ${actions.map(({ reason }) => reason)}::text[],
      ${actions.map(({ orderId }) => orderId ?? null)}::uuid[],
      ${actions.map(({ bulkId }) => bulkId ?? null)}::uuid[],
      ${actions.map(({ failureCode }) => failureCode ?? null)}::text[],
      ${actions.map(({ step }) => step ?? null)}::text[],
      ${actions.map(({ changes }) => (changes ? JSON.stringify(changes) : null))}::text[]
    ) AS new (id, action, by_client, reason, order_id, bulk_id, code, step, changes)`;
  return ids;
}

export interface ActionEnd {
  actionId: string;
  outcome: Exclude<ActionOutcome, 'unknown'>;
  code?: FailureCode | undefined;
}

export const endActions = (sql: Sql, ends: ActionEnd[]) => sql`
  UPDATE actions SET outcome = ended.outcome, code = ended.code
  FROM unnest(
    ${ends.map(({ actionId }) => actionId)}::uuid[],
    ${ends.map(({ outcome }) => outcome)}::text[],
    ${ends.map(({ code }) => code ?? null)}::text[]
  ) AS ended (action_id, outcome, code)
  WHERE actions.action_id = ended.action_id AND actions.outcome IS NULL`;

/** What took effect already. */
export async function recordTaken(sql: Sql, action: NewAction): Promise<void> {
  const [actionId] = await beginActions(sql, [action]);
  await endActions(sql, [{ actionId: actionId as string, outcome: 'taken' }]);
}

const columns = (sql: Sql) => sql`
  action_id, at, action, by_client AS by, reason, order_id, bulk_id, failure_code, failure_step AS step, changes,
  coalesce(outcome, 'unknown') AS outcome, code`;

export interface ActionFilter {
  orderId?: string | undefined;
  bulkId?: string | undefined;
  by?: string | undefined;
  action?: Action | undefined;
  /** Actions before this one. */
  before?: string | undefined;
  limit: number;
}

/** Newest first. */
export const listActions = (
  sql: Sql,
  { orderId, bulkId, by, action, before, limit }: ActionFilter,
): Promise<RecordedAction[]> => sql`
  SELECT ${columns(sql)} FROM actions
  WHERE true
    ${orderId ? sql`AND order_id = ${orderId}` : sql``}
    ${bulkId ? sql`AND bulk_id = ${bulkId}` : sql``}
    ${by ? sql`AND by_client = ${by}` : sql``}
    ${action ? sql`AND action = ${action}` : sql``}
    ${before ? sql`AND action_id < ${before}` : sql``}
  ORDER BY action_id DESC LIMIT ${limit}`;

/** What was last decided about an order and taken. */
export async function lastTaken(sql: Sql, orderId: string): Promise<RecordedAction | undefined> {
  const [action] = await sql<RecordedAction[]>`
    SELECT ${columns(sql)} FROM actions WHERE order_id = ${orderId} AND outcome = 'taken' ORDER BY action_id DESC LIMIT 1`;
  return action;
}

/** What was last decided about each group's orders, one of them or many. */
export async function lastOfGroups(
  sql: Sql,
  groups: { failure_code: FailureCode; failure_step: Step | null }[],
): Promise<(RecordedAction | undefined)[]> {
  const rows = await sql<(RecordedAction & { position: number })[]>`
    SELECT position::int, last.*
    FROM unnest(
      ${groups.map(({ failure_code }) => failure_code)}::text[],
      ${groups.map(({ failure_step }) => failure_step ?? '')}::text[]
    ) WITH ORDINALITY AS wanted (wanted_code, wanted_step, position)
    CROSS JOIN LATERAL (
      SELECT ${columns(sql)} FROM actions
      WHERE failure_code = wanted_code AND coalesce(failure_step, '') = wanted_step
      ORDER BY action_id DESC LIMIT 1
    ) AS last`;
  const byPosition = new Map(rows.map(({ position, ...action }) => [position - 1, action]));
  return groups.map((_, index) => byPosition.get(index));
}
