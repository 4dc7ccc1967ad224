import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { loggedId } from '../access/subject.ts';
import { type BulkAction, DEFAULT_RATE, MAX_RATE } from '../domain/bulk.ts';
import { STEPS } from '../domain/lifecycle.ts';
import { issueOf, reason } from '../domain/order-schema.ts';
import { lastOfGroups, type RecordedAction } from '../store/actions.ts';
import { createBulk } from '../store/bulks.ts';
import type { Sql } from '../store/connect.ts';
import { type FailureGroup, findFailureGroups } from '../store/failure-groups.ts';
import type { Log } from '../telemetry/log.ts';
import { actionView } from './actions.ts';
import { Problem } from './problem.ts';
import { clientOf } from './request.ts';
import { failureCode } from './wire.ts';

export const bulkBody = z.strictObject({
  failure_code: failureCode.optional().meta({ description: 'Orders that failed with this code.' }),
  step: z.enum(STEPS).optional().meta({ description: 'Orders that failed at this step.' }),
  status: z.enum(['held', 'failed']).optional().meta({ description: 'Either, where it is left out.' }),
  rate: z
    .int()
    .min(1)
    .max(MAX_RATE)
    .default(DEFAULT_RATE)
    .meta({ description: 'Orders per second.', example: DEFAULT_RATE }),
  reason: reason.optional(),
});

/** As the OpenAPI document says it: of what makes a group, something must be named. */
export const shownBulkBody = bulkBody.meta({
  anyOf: ['failure_code', 'step', 'status'].map((name) => ({ required: [name] })),
});

interface Options {
  sql: Sql;
  log: Log;
  /** Lets those pass who may decide. */
  decides: RequestHandler;
  parseBody: RequestHandler;
}

/** What failed and why, in groups; and what is done about a group at once. */
export function failures({ sql, log, decides, parseBody }: Options): Router {
  const router = Router();
  router.get('/', async (_, response) => {
    const groups = await findFailureGroups(sql);
    const last = await lastOfGroups(sql, groups);
    response.json({ groups: groups.map((group, index) => groupView(group, last[index])) });
  });
  router.post('/retry', decides, parseBody, startBulk('retry', sql, log));
  router.post('/cancel', decides, parseBody, startBulk('cancel', sql, log));
  return router;
}

/** 202: the set is frozen and stored; a worker does the rest. */
const startBulk =
  (action: BulkAction, sql: Sql, log: Log): RequestHandler =>
  async (request, response) => {
    const by = clientOf(request);
    const { rate, reason = null, ...filter } = parseBulk(request.body === undefined ? {} : request.body);
    const bulk = await createBulk(sql, { action, filter, rate, reason, by });
    log.info(
      { bulk_id: bulk.bulk_id, client_id: loggedId(by), count: bulk.total, outcome: action },
      'bulk operation asked for',
    );
    response
      .status(202)
      .set('Location', `/api/bulk/${bulk.bulk_id}`)
      .json({ bulk_id: bulk.bulk_id, total: bulk.total });
  };

function parseBulk(body: unknown): z.infer<typeof bulkBody> {
  const parsed = bulkBody.safeParse(body, { reportInput: true });
  if (!parsed.success) throw new Problem('invalid_bulk', { errors: parsed.error.issues.flatMap(issueOf) });
  const { failure_code, step, status } = parsed.data;
  // Everything at once is said by naming the status, not by leaving everything out.
  if (!failure_code && !step && !status)
    throw new Problem('invalid_bulk', { errors: [{ path: ['failure_code'], code: 'required' }] });
  return parsed.data;
}

/** As `GET /api/failures` shows it. `last`: what was last decided about one or many of the group's orders. */
function groupView(group: FailureGroup, last: RecordedAction | undefined) {
  return {
    status: group.status,
    failure_code: group.failure_code,
    step: group.failure_step,
    count: group.count,
    first_seen: group.first_seen.toISOString(),
    last_seen: group.last_seen.toISOString(),
    sample: group.sample,
    last_action: last ? actionView(last) : null,
  };
}
