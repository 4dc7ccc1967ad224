import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { RequestHandler } from 'express';
import type { ApiMetrics } from '../telemetry/api-metrics.ts';
import { ensureRole, PLACING } from './admission.ts';
import type { Entrance } from './entrance.ts';
import { type OrderTaker, sendAccepted } from './intake.ts';
import { BODY_LIMIT, invalidJson, parseStrictly } from './json-body.ts';
import { LANGUAGES, statusOf } from './messages/catalogue.ts';
import { bodyOf, headersOf, Problem } from './problem.ts';

interface HotRouteOptions {
  enter: Entrance;
  takeOrder: OrderTaker;
  intake: { isFull: boolean };
  metrics: Pick<ApiMetrics, 'accepted' | 'problem'>;
}

const ADDRESS = '/api/orders';

/** Refused by the thousand: an answer that cost more than taking an order would make an overload worse. */
const OVERLOADED = new Problem('overloaded', { retryAfterSeconds: 1 });
const LANGUAGE = LANGUAGES[0] as string;

/**
 * Who finds the queue full waits for as long as it would be told to stay away, is looked at again meanwhile, and is refused if there is
 * no room then either. Clients that come back at once, whatever Retry-After asks for, would otherwise be refused thousands of times a
 * second, at the expense of the orders that are taken (decision 0024).
 */
const LOOKS = 4;
const LOOK_EVERY_MS = 250;

/**
 * `POST /api/orders` as nearly every client sends it, without the way through Express and its body parser, which is a sixth
 * of what accepting an order costs (decision 0019). What is asked in another form, and what goes wrong, Express answers.
 */
export class HotRoute {
  readonly #options: HotRouteOptions;
  readonly #failed = new WeakMap<IncomingMessage, { error: unknown }>();

  constructor(options: HotRouteOptions) {
    this.#options = options;
  }

  aheadOf(app: RequestListener): RequestListener {
    return (request, response) => {
      if (!isUsual(request)) return app(request, response);
      this.#answer(request, response).catch((error) => {
        this.#failed.set(request, { error });
        app(request, response);
      });
    };
  }

  /** Express's first handler: what has gone wrong before goes to the last. */
  readonly failures: RequestHandler = (request, _, next) => {
    const failed = this.#failed.get(request);
    if (failed) next(failed.error);
    else next();
  };

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { intake, enter, takeOrder } = this.#options;
    const isPatient = wantsNoLanguage(request);
    let looks = LOOKS;
    const findsRoom = async () => {
      while (intake.isFull) {
        if (looks === 0) return false;
        looks -= 1;
        await pause(LOOK_EVERY_MS);
        if (response.destroyed) return false; // whoever asked is gone
      }
      return true;
    };
    if (isPatient && intake.isFull && !(await findsRoom())) return this.#refuse(response);
    const caller = await enter(request, response);
    ensureRole(caller, PLACING);
    const body = await bodyIn(request);
    // Others of the same turn may have filled it: who sees room now takes it, with nothing in between.
    while (isPatient && intake.isFull) if (!(await findsRoom())) return this.#refuse(response);
    sendAccepted(response, await takeOrder(request, caller, body));
  }

  #refuse(response: ServerResponse): void {
    if (response.destroyed) return;
    this.#options.metrics.accepted('overloaded', 0);
    this.#options.metrics.problem('overloaded');
    const body = bodyOf(OVERLOADED, LANGUAGE, ADDRESS);
    response.writeHead(statusOf('overloaded'), { ...headersOf(OVERLOADED, LANGUAGE), 'Content-Length': body.length });
    response.end(body, 'latin1');
  }
}

/** One JSON document of a known length, in UTF-8 and as it is; no wish for anything but its acceptance. */
function isUsual({ method, url, headers }: IncomingMessage): boolean {
  const length = Number(headers['content-length']);
  return (
    method === 'POST' &&
    url === ADDRESS &&
    headers['content-type'] === 'application/json' &&
    length > 0 &&
    length <= BODY_LIMIT &&
    headers['content-encoding'] === undefined &&
    headers.prefer === undefined
  );
}

const wantsNoLanguage = ({ headers }: IncomingMessage): boolean => (headers['accept-language'] ?? '*') === '*';

/**
 * As long as its length says: Node's parser sees to that. Of its bytes nothing is kept: the request, and what listens to it, is
 * there until the order is committed, and thousands may wait for that.
 */
function bodyIn(request: IncomingMessage): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const content = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
      chunks.length = 0;
      try {
        resolve(parseStrictly(content));
      } catch (error) {
        reject(error);
      }
    });
    request.once('error', () => reject(invalidJson('malformed'))); // whoever asked is gone
  });
}
