import { type ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { type Dispatcher, request as httpRequest } from 'undici';
import type { z } from 'zod';
import { FAILURES, type FailureCode, isFailureCode } from '../domain/failures.ts';
import { idempotencyKeyOf } from '../domain/names.ts';
import { boundedBody } from '../outgoing/bounded-body.ts';
import { unpacked } from '../outgoing/unpacked.ts';
import { untilAborted } from '../outgoing/until-aborted.ts';
import { childOf } from '../telemetry/traceparent.ts';
import { attemptMs } from './attempt-time.ts';
import type { OrderCall } from './contract.ts';
import { failWith } from './failing.ts';
import { shapeOf } from './shape.ts';

/** Left of an attempt's time when we stop waiting, so that we say what happened and not the server. */
const MARGIN_MS = 200;
const MAX_RETRY_AFTER_MS = 10 * 60_000;

export interface ServiceRequest<Reply> {
  path: string;
  call: OrderCall;
  /** Step and, where an order has several of it, which: makes the idempotency key. */
  step: string;
  body: unknown;
  reply: z.ZodType<Reply>;
}

/**
 * One of the services that an order needs. Every call carries `Idempotency-Key` and `traceparent`, ends with the
 * attempt's time or its cancellation, follows no redirect, and turns whatever comes back into a reply that fits or into
 * one code of the failure table.
 */
export class ServiceClient {
  readonly #name: string;
  readonly #baseUrl: string;

  constructor(name: string, baseUrl: string) {
    this.#name = name;
    this.#baseUrl = baseUrl;
  }

  /** @throws ApplicationFailure whose type is a failure code; CancelledFailure */
  async post<Reply>(request: ServiceRequest<Reply>): Promise<Reply> {
    const response = await this.#send(request);
    const text = await this.#read(response, request.path);
    const isOk = response.statusCode >= 200 && response.statusCode < 300;
    if (!isOk) throw this.#failureFor(response, text ?? '', request.path);
    if (text === null) throw failWith('service_contract', `${this.#name} ${request.path}: the reply is too large`);
    const json = parseJson(text);
    const reply = request.reply.safeParse(json);
    if (reply.success) return reply.data;
    throw failWith('service_contract', `${this.#name} ${request.path}: the reply does not fit: ${shapeOf(json)}`);
  }

  /** By undici's `request` and not by `fetch`, which takes half as much again of the processor (decision 0023). It follows no redirect. */
  async #send({ path, call, step, body }: ServiceRequest<unknown>): Promise<Dispatcher.ResponseData> {
    const signal = AbortSignal.any([Context.current().cancellationSignal, deadline()]);
    try {
      const asked = httpRequest(`${this.#baseUrl}${path}`, {
        method: 'POST',
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          'idempotency-key': idempotencyKeyOf(call.orderId, step),
          traceparent: childOf(call.traceparent),
        },
        body: JSON.stringify(body),
        signal,
      });
      return await untilAborted(signal, asked);
    } catch (error) {
      throw this.#noAnswer(error, path);
    }
  }

  /** @returns null where it is longer than any reply of the contract: the rest is not read */
  async #read(response: Dispatcher.ResponseData, path: string): Promise<string | null> {
    try {
      return (await boundedBody(unpacked(response)))?.toString('utf8') ?? null;
    } catch (error) {
      throw this.#noAnswer(error, path);
    }
  }

  #noAnswer(error: unknown, path: string): Error {
    if (Context.current().cancellationSignal.aborted) return new CancelledFailure('the call was cancelled');
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      return failWith('service_timeout', `${this.#name} ${path}: no answer in time`);
    }
    const cause = error instanceof Error && error.cause ? error.cause : error;
    // The code alone: a message would name addresses, and clients see the detail.
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection';
    return failWith('service_unreachable', `${this.#name} ${path}: ${code}`);
  }

  #failureFor({ statusCode, headers }: Dispatcher.ResponseData, text: string, path: string): ApplicationFailure {
    const answer = `${this.#name} ${path}: ${statusCode}`;
    const error = errorIn(text);
    const told = isTold(error) ? `${answer} ${error}` : answer;
    if ((statusCode === 402 || statusCode === 409) && error) {
      const known = isFailureCode(error) && FAILURES[error].kind === 'refused';
      return failWith(known ? error : 'refused', known ? answer : told);
    }
    const unavailable = unavailableFor(statusCode);
    if (!unavailable) return failWith('service_rejected_call', told);
    return failWith(unavailable, answer, retryAfterMs(headers['retry-after']));
  }
}

const deadline = (): AbortSignal => AbortSignal.timeout(Math.max(MARGIN_MS, attemptMs() - MARGIN_MS));

/** The statuses that may pass by themselves; all others are defects. */
function unavailableFor(status: number): FailureCode | undefined {
  if (status === 429 || status === 503) return 'service_overloaded';
  if (status === 408 || status === 504) return 'service_timeout';
  return status === 425 || status >= 500 ? 'service_error' : undefined;
}

/**
 * Seconds or a date. Source: RFC 9110, 10.2.3. No pause at all, or a date that is over by our clock, is no wish to be
 * asked without any pause: then the step's own policy holds.
 */
function retryAfterMs(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  const delay = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return delay > 0 ? Math.min(delay, MAX_RETRY_AFTER_MS) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorIn(text: string): string | undefined {
  const reply = parseJson(text);
  const error = typeof reply === 'object' && reply !== null && 'error' in reply ? reply.error : undefined;
  return typeof error === 'string' && /^[a-z0-9_.-]{1,64}$/i.test(error) ? error : undefined;
}

const MAX_TOLD = 40;

/** It goes into details and logs: words in lower case only, since figures, dots and capitals may be a number, an address or a name. */
const isTold = (error: string | undefined): boolean =>
  error !== undefined && error.length <= MAX_TOLD && /^[a-z]+(_[a-z]+)*$/.test(error);
