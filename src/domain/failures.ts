import type { Step } from './lifecycle.ts';

/**
 * What can go wrong, once for everybody: services' answers, the workflow's decisions, the API's problems.
 * - refused: an answer. The order is undone and rejected.
 * - invalid: the caller's request can't be taken as it is.
 * - unavailable: may pass by itself. Tried again; past the step's patience the order is held.
 * - defect: will not pass by itself. Not tried again; the order is held.
 *
 * The code is the message key too. Codes are never reused. `docs/failures.md` is held to this table by a test.
 */
export const FAILURES = {
  out_of_stock: { kind: 'refused', status: 409 },
  card_declined: { kind: 'refused', status: 402 },
  undone: { kind: 'refused', status: 409 },
  refused: { kind: 'refused', status: 409 },

  invalid_json: { kind: 'invalid', status: 400 },
  malformed_request: { kind: 'invalid', status: 400 },
  invalid_order: { kind: 'invalid', status: 400 },
  invalid_parameter: { kind: 'invalid', status: 400 },
  invalid_idempotency_key: { kind: 'invalid', status: 400 },
  invalid_amendment: { kind: 'invalid', status: 400 },
  invalid_bulk: { kind: 'invalid', status: 400 },
  unauthenticated: { kind: 'invalid', status: 401 },
  not_allowed: { kind: 'invalid', status: 403 },
  not_found: { kind: 'invalid', status: 404 },
  order_not_found: { kind: 'invalid', status: 404 },
  bulk_not_found: { kind: 'invalid', status: 404 },
  method_not_allowed: { kind: 'invalid', status: 405 },
  request_too_slow: { kind: 'invalid', status: 408 },
  order_not_cancellable: { kind: 'invalid', status: 409 },
  order_not_held: { kind: 'invalid', status: 409 },
  order_not_amendable: { kind: 'invalid', status: 409 },
  bulk_finished: { kind: 'invalid', status: 409 },
  body_too_large: { kind: 'invalid', status: 413 },
  unsupported_media_type: { kind: 'invalid', status: 415 },
  misdirected: { kind: 'invalid', status: 421 },
  idempotency_key_reused: { kind: 'invalid', status: 422 },
  rate_limited: { kind: 'invalid', status: 429 },
  headers_too_large: { kind: 'invalid', status: 431 },

  service_timeout: { kind: 'unavailable', status: 504 },
  service_unreachable: { kind: 'unavailable', status: 503 },
  service_overloaded: { kind: 'unavailable', status: 503 },
  service_error: { kind: 'unavailable', status: 502 },
  database_unavailable: { kind: 'unavailable', status: 503 },
  temporal_unavailable: { kind: 'unavailable', status: 503 },
  issuer_unavailable: { kind: 'unavailable', status: 503 },
  overloaded: { kind: 'unavailable', status: 503 },

  service_contract: { kind: 'defect', status: 502 },
  service_rejected_call: { kind: 'defect', status: 502 },
  undo_failed: { kind: 'defect', status: 500 },
  order_missing: { kind: 'defect', status: 500 },
  run_closed: { kind: 'defect', status: 500 },
  internal_error: { kind: 'defect', status: 500 },
} as const;

export type FailureCode = keyof typeof FAILURES;
export type FailureKind = (typeof FAILURES)[FailureCode]['kind'];

/** Why an order was rejected or is held. `step` is null where no single step is to blame. */
export interface Failure {
  code: FailureCode;
  step: Step | null;
  /** For operators: what was called and what came back. No personal data. */
  detail: string;
}

export const isFailureCode = (code: unknown): code is FailureCode =>
  typeof code === 'string' && Object.hasOwn(FAILURES, code);
