import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { IssuerUnavailable } from '../access/issuer.ts';
import { RunsUnavailable } from '../decisions/order-runs.ts';
import { isUnavailable } from '../store/connect.ts';
import { QueueFull } from '../store/group-commit.ts';
import type { ApiMetrics } from '../telemetry/api-metrics.ts';
import { type Log, messageOf } from '../telemetry/log.ts';
import { languageOf } from './language.ts';
import { CATALOGUES, type Catalogue, type FieldCode, fill, type ProblemCode, statusOf } from './messages/catalogue.ts';

export interface FieldError {
  path: PropertyKey[];
  code: string;
}

interface ProblemExtras {
  errors?: FieldError[];
  /** Members of the problem beside the standard ones; `status` of an order goes as `order_status`, of a bulk as `bulk_state`. */
  values?: Record<string, unknown>;
  retryAfterSeconds?: number;
  headers?: Record<string, string>;
}

/** Thrown anywhere in a route; answered as `application/problem+json` in the caller's language. */
export class Problem extends Error {
  override name = 'Problem';
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, extras: ProblemExtras = {}) {
    super(code);
    this.code = code;
    this.extras = extras;
  }
}

/** More than anybody reads; a body that fits its limit has room for tens of thousands. */
const MAX_ERRORS = 100;

/** Source: RFC 9457 (problem details), RFC 6901 (the pointers in `errors`). */
export function sendProblem(request: Request, response: Response, problem: Problem): void {
  const language = languageOf(request);
  response
    .set(headersOf(problem, language))
    .status(statusOf(problem.code))
    .send(bodyOf(problem, language, request.originalUrl));
}

export const headersOf = ({ extras }: Problem, language: string): Record<string, string> => ({
  ...(extras.retryAfterSeconds !== undefined && { 'Retry-After': String(extras.retryAfterSeconds) }),
  'Content-Type': 'application/problem+json; charset=utf-8',
  'Content-Language': language,
  Vary: 'Accept-Language',
  ...extras.headers,
});

/** @param instance the address that was asked */
export function bodyOf({ code, extras }: Problem, language: string, instance: string): string {
  const catalogue = CATALOGUES[language] as Catalogue;
  const [title, detail] = catalogue.problems[code];
  const { errors, values = {} } = extras;
  return JSON.stringify({
    type: `urn:durable-orders:problem:${code}`,
    status: statusOf(code),
    code,
    title,
    detail: fill(detail, { status: values.order_status ?? values.bulk_state }),
    instance,
    ...values,
    ...(errors && { errors: errors.slice(0, MAX_ERRORS).map((error) => present(error, catalogue)) }),
  });
}

const present = ({ path, code }: FieldError, { fields }: Catalogue) => ({
  pointer: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
  code,
  detail: fields[code as FieldCode] ?? fields.invalid_format,
});

/** The last handler: what is no problem yet becomes one. A 5xx carries an id, never a stack. */
export const answerErrors =
  (log: Log, metrics: Pick<ApiMetrics, 'problem'>): ErrorRequestHandler =>
  (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const problem = problemFor(error);
    metrics.problem(problem.code);
    if (problem.code === 'internal_error') {
      const error_id = randomUUID();
      problem.extras.values = { error_id };
      log.error({ error_id, method: request.method, path: request.path, error: messageOf(error) }, 'request failed');
    }
    sendProblem(request, response, problem);
  };

function problemFor(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof QueueFull) return new Problem('overloaded', { retryAfterSeconds: 1 });
  if (error instanceof RunsUnavailable) return new Problem('temporal_unavailable', { retryAfterSeconds: 2 });
  if (error instanceof IssuerUnavailable) return new Problem('issuer_unavailable', { retryAfterSeconds: 2 });
  if (isUnavailable(error)) return new Problem('database_unavailable', { retryAfterSeconds: 1 });
  // A malformed %-escape in the path.
  if (error instanceof URIError && 'status' in error) return new Problem('not_found');
  return new Problem('internal_error');
}
