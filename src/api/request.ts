import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import { z } from 'zod';
import { issueOf, reason } from '../domain/order-schema.ts';
import { Problem } from './problem.ts';

export const clientOf = (request: Request): string => request.caller.id;

/** Raw, as most clients send it, or a quoted string. Source: draft-ietf-httpapi-idempotency-key-header. */
export function idempotencyKeyOf({ headers }: IncomingMessage): string | null {
  const header = headers['idempotency-key'];
  if (typeof header !== 'string') return null;
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header;
  if (!/^[\x21-\x7e]{1,255}$/.test(key))
    throw new Problem('invalid_idempotency_key', { errors: [{ path: ['Idempotency-Key'], code: 'invalid_format' }] });
  return key;
}

const MAX_WAIT_SECONDS = 60;

/** Seconds of `Prefer: wait=N`, a minute at most. Source: RFC 7240, 4.3. */
export function preferredWaitOf(request: Request): number | null {
  const preferred = request.get('Prefer');
  if (preferred === undefined) return null;
  const wait = /(?:^|[,;\s])wait\s*=\s*"?(\d+)"?\s*(?:[,;]|$)/i.exec(preferred)?.[1];
  return wait === undefined ? null : Math.min(Number(wait), MAX_WAIT_SECONDS);
}

const uuid = z.uuid();

/** An id that can't be one is of nothing, rather than a bad request: ids are opaque to clients. */
const idOf = (request: Request, notFound: 'order_not_found' | 'bulk_not_found'): string => {
  const id = uuid.safeParse(request.params.id);
  if (!id.success) throw new Problem(notFound);
  return id.data.toLowerCase();
};

export const orderIdOf = (request: Request): string => idOf(request, 'order_not_found');
export const bulkIdOf = (request: Request): string => idOf(request, 'bulk_not_found');

export const reasonBody = z.strictObject({ reason: reason.optional() });

/** Of the optional body of a decision. */
export function reasonOf(request: Request): string | null {
  const body = reasonBody.safeParse(request.body === undefined ? {} : request.body, { reportInput: true });
  if (!body.success) throw new Problem('invalid_parameter', { errors: body.error.issues.flatMap(issueOf) });
  return body.data.reason ?? null;
}

/** @throws Problem that points at the parameters that do not fit */
export function queryOf<Schema extends z.ZodType>(schema: Schema, request: Request): z.infer<Schema> {
  const query = schema.safeParse(request.query, { reportInput: true });
  if (query.success) return query.data;
  const errors = query.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [key], code: 'unknown_field' }))
      : {
          path: issue.path,
          code: issue.code === 'too_big' || issue.code === 'too_small' ? issue.code : 'invalid_format',
        },
  );
  throw new Problem('invalid_parameter', { errors });
}
