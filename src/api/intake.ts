import { randomUUIDv7 } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, RequestHandler } from 'express';
import type { Caller } from '../access/caller.ts';
import { loggedId } from '../access/subject.ts';
import { fingerprintOf } from '../domain/fingerprint.ts';
import { parseOrder } from '../domain/order-schema.ts';
import type { Sql } from '../store/connect.ts';
import { findOrder } from '../store/find-orders.ts';
import { type GroupCommit, QueueFull } from '../store/group-commit.ts';
import type { Insertion, NewOrder } from '../store/insert-orders.ts';
import type { AcceptOutcome, ApiMetrics } from '../telemetry/api-metrics.ts';
import type { Log } from '../telemetry/log.ts';
import { traceparentFrom } from '../telemetry/traceparent.ts';
import { invalidJson, unsupported } from './json-body.ts';
import { viewOf, type WorkflowLink } from './order-view.ts';
import { Problem } from './problem.ts';
import { idempotencyKeyOf, preferredWaitOf } from './request.ts';
import type { Settlement } from './settlement.ts';

export interface IntakeOptions {
  intake: GroupCommit<NewOrder, Insertion>;
  log: Log;
  metrics: Pick<ApiMetrics, 'accepted'>;
}

/** @returns the id of the order that is now stored: a new one, or the first one with its key */
export type OrderTaker = (request: IncomingMessage, caller: Caller, body: unknown) => Promise<string>;

/** Longer than a healthy commit ever takes; after it the caller is told to come back with the same key. */
const COMMIT_DEADLINE_MS = 10_000;

/** Nothing but one group commit stands between a request and its 201. */
export function orderTaker({ intake, log, metrics }: IntakeOptions): OrderTaker {
  return async (request, caller, body) => {
    const started = performance.now();
    const note = (outcome: AcceptOutcome) => metrics.accepted(outcome, performance.now() - started);
    const order = newOrder(request, caller, body, note);
    const orderId = await store(intake, order, note);
    const duration_ms = Math.round(performance.now() - started);
    log.info(
      {
        order_id: orderId,
        client_id: loggedId(order.clientId),
        outcome: orderId === order.orderId ? 'accepted' : 'repeated',
        duration_ms,
      },
      'order accepted',
    );
    return orderId;
  };
}

export interface AcceptOptions {
  sql: Sql;
  takeOrder: OrderTaker;
  settlement: Settlement;
  workflowLink: WorkflowLink;
}

/** `POST /api/orders` in any form, also for callers that wait for the outcome. */
export function acceptOrder({ sql, takeOrder, settlement, workflowLink }: AcceptOptions): RequestHandler {
  return async (request, response) => {
    const orderId = await takeOrder(request, request.caller, bodyOf(request));
    const wait = preferredWaitOf(request);
    if (wait === null) return sendAccepted(response, orderId);
    await settlement.of(orderId, wait);
    const stored = await findOrder(sql, orderId).catch(() => undefined);
    if (!stored) return sendAccepted(response, orderId); // it is stored, whatever can be said of it now
    response.status(201).location(locationOf(orderId)).set('Preference-Applied', `wait=${wait}`);
    response.json(viewOf(stored, workflowLink));
  };
}

const locationOf = (orderId: string): string => `/api/orders/${orderId}`;

/** In one write: every order passes here, and Express's `set` and `json` look at each header for what it might need. */
export function sendAccepted(response: ServerResponse, orderId: string): void {
  const body = `{"order_id":"${orderId}","status":"accepted"}`;
  response.writeHead(201, {
    Location: locationOf(orderId),
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': body.length,
  });
  response.end(body, 'latin1');
}

type Note = (outcome: AcceptOutcome) => void;

function newOrder(request: IncomingMessage, caller: Caller, body: unknown, note: Note): NewOrder {
  try {
    const { order, issues } = parseOrder(body);
    if (issues) throw new Problem('invalid_order', { errors: issues });
    const key = idempotencyKeyOf(request);
    return {
      orderId: randomUUIDv7(),
      clientId: caller.id,
      idempotency: key === null ? null : { key, fingerprint: fingerprintOf(order) },
      request: order,
      traceparent: traceparentFrom(request.headers.traceparent as string | undefined),
    };
  } catch (error) {
    note('invalid');
    throw error;
  }
}

/** The parser leaves the body undefined where the media type is another one or there is none. */
function bodyOf(request: Request): unknown {
  if (request.body !== undefined) return request.body;
  throw request.is('json') ? invalidJson('required') : unsupported('Content-Type');
}

/** @returns the id of the order that is now stored: this one, or the first one with its key */
async function store(intake: GroupCommit<NewOrder, Insertion>, order: NewOrder, note: Note): Promise<string> {
  const insertion = await withDeadline(intake, order).catch((error) => {
    note(error instanceof QueueFull ? 'overloaded' : 'failed');
    throw error;
  });
  switch (insertion.outcome) {
    case 'inserted':
      note('accepted');
      return insertion.orderId;
    case 'repeated':
      note('repeated');
      return insertion.orderId;
    case 'key_reused':
      note('key_reused');
      throw new Problem('idempotency_key_reused', { errors: [{ path: ['Idempotency-Key'], code: 'reused' }] });
    case 'unstorable':
      note('invalid');
      throw new Problem('invalid_order', { errors: [{ path: [], code: 'unstorable' }] });
  }
}

/** After the deadline an order that still waits is withdrawn; of one whose commit is under way it is not known. */
function withDeadline(intake: IntakeOptions['intake'], order: NewOrder): Promise<Insertion> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const code = intake.withdraw(order) ? 'overloaded' : 'database_unavailable';
      reject(new Problem(code, { retryAfterSeconds: 1 }));
    }, COMMIT_DEADLINE_MS);
    intake
      .add(order)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
