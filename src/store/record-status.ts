import type { Failure } from '../domain/failures.ts';
import { LEGAL_MOVES, type OrderStatus, SETTLED_STATUSES, type StepProgress } from '../domain/lifecycle.ts';
import type { Sql } from './connect.ts';

export interface StatusReport {
  orderId: string;
  status: OrderStatus;
  /** Null leaves what is there: the reporter does not know. */
  steps: StepProgress[] | null;
  failure: Failure | null;
}

/**
 * What holds after a report: another status than the reported one, where that move was not legal. `cancelled` before it is
 * stored: it can't be confirmed any more, and is to be undone.
 */
export interface InForce {
  status: OrderStatus;
  /** This very report settled the order. */
  settledNow: boolean;
}

/**
 * Moves orders along legal moves only, and none to `confirmed` whose cancellation was asked for; a repeated report renews
 * its details. Answers null where there is no such order.
 *
 * One statement for a whole group. Of two reports of one order only the first may join a group, since an UPDATE takes a
 * row once: the others follow one by one. Rows are locked by id, so that two groups never lock each other out.
 */
export async function recordStatuses(sql: Sql, reports: StatusReport[]): Promise<(InForce | null)[]> {
  const seen = new Set<string>();
  const firsts = reports.filter(({ orderId }) => !seen.has(orderId) && seen.add(orderId));
  const inForce = await recordGroup(sql, firsts);
  const answers: (InForce | null)[] = [];
  for (const report of reports) {
    const group = firsts.includes(report) ? inForce : await recordGroup(sql, [report]);
    answers.push(group.get(report.orderId) ?? null);
  }
  return answers;
}

async function recordGroup(sql: Sql, reports: StatusReport[]): Promise<Map<string, InForce>> {
  const moved = await sql<{ order_id: string; status: OrderStatus; settled_now: boolean | null }[]>`
    WITH locked AS MATERIALIZED (
      SELECT order_id FROM orders WHERE order_id = ANY(${reports.map(({ orderId }) => orderId)}::uuid[])
      ORDER BY order_id FOR NO KEY UPDATE
    )
    UPDATE orders o SET
      status = r.status,
      steps = coalesce(r.steps::jsonb, o.steps),
      failure_code = r.failure_code, failure_step = r.failure_step, failure_detail = r.failure_detail,
      settled_at = CASE WHEN r.status = ANY(${SETTLED_STATUSES}::text[]) THEN coalesce(o.settled_at, now()) END,
      failed_at = CASE
        WHEN r.status NOT IN ('held', 'failed') THEN NULL
        WHEN (o.status, o.failure_code, o.failure_step) IS NOT DISTINCT FROM (r.status, r.failure_code, r.failure_step)
          THEN o.failed_at
        ELSE now()
      END,
      due_at = CASE WHEN r.status IN ('processing', 'held') THEN coalesce(o.due_at, now() + interval '1 minute') END
    FROM locked JOIN unnest(
      ${reports.map(({ orderId }) => orderId)}::uuid[],
      ${reports.map(({ status }) => status)}::text[],
      ${reports.map(({ steps }) => steps && JSON.stringify(steps))}::text[],
      ${reports.map(({ failure }) => failure?.code ?? null)}::text[],
      ${reports.map(({ failure }) => failure?.step ?? null)}::text[],
      ${reports.map(({ failure }) => failure?.detail ?? null)}::text[]
    ) AS r (order_id, status, steps, failure_code, failure_step, failure_detail) USING (order_id)
    WHERE o.order_id = r.order_id
      AND ((o.status = r.status AND r.steps IS NOT NULL) OR o.status || '>' || r.status = ANY(${LEGAL_MOVES}::text[]))
      AND NOT (o.status <> 'confirmed' AND r.status = 'confirmed' AND o.cancel_asked)
    RETURNING o.order_id, o.status, o.settled_at = now() AS settled_now`;
  const inForce = new Map(
    moved.map((row) => [row.order_id, { status: row.status, settledNow: row.settled_now === true }]),
  );
  const unmoved = reports.filter(({ orderId }) => !inForce.has(orderId));
  if (unmoved.length === 0) return inForce;
  for (const { order_id, status } of await findInForce(sql, unmoved))
    inForce.set(order_id, { status, settledNow: false });
  return inForce;
}

/** What is in force instead of what was reported. */
const findInForce = (sql: Sql, reports: StatusReport[]): Promise<{ order_id: string; status: OrderStatus }[]> => sql`
  SELECT order_id, CASE
    WHEN r.status = 'confirmed' AND o.cancel_asked AND o.status <> ALL(${SETTLED_STATUSES}::text[]) THEN 'cancelled'
    ELSE o.status
  END AS status
  FROM orders o JOIN unnest(
    ${reports.map(({ orderId }) => orderId)}::uuid[],
    ${reports.map(({ status }) => status)}::text[]
  ) AS r (order_id, status) USING (order_id)`;

/**
 * Cancels an order that no relay has taken yet; nothing was done for it, so nothing has to be undone. False where a run
 * was started, or may be about to: then the run must be asked.
 */
export async function cancelUndispatched(sql: Sql, orderId: string): Promise<boolean> {
  const rows = await sql`
    UPDATE orders SET status = 'cancelled', settled_at = now(), due_at = NULL
    WHERE order_id = ${orderId} AND status = 'accepted' AND dispatched_at IS NULL AND due_at <= now()
    RETURNING order_id`;
  return rows.length > 0;
}
