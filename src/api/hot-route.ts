import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { QueueFull } from '../store/group-commit.ts';
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
 * Who finds the queue full is looked at again after so long, and refused if there is no room then either. Clients that come
 * back at once, whatever Retry-After asks for, would otherwise be refused thousands of times a second, at the expense of
 * the orders that are taken (decision 0024).
 */
const SECOND_LOOK_MS = 250;

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
      const place = () =>
        this.#place(request, response).catch((error) => {
          if (error instanceof QueueFull && wantsNoLanguage(request)) return this.#refuse(response);
          this.#failed.set(request, { error });
          app(request, response);
        });
      if (this.#options.intake.isFull && wantsNoLanguage(request)) this.#placeLater(place, response);
      else place();
    };
  }

  /** Express's first handler: what has gone wrong before goes to the last. */
  readonly failures: RequestHandler = (request, _, next) => {
    const failed = this.#failed.get(request);
    if (failed) next(failed.error);
    else next();
  };

  #placeLater(place: () => void, response: ServerResponse): void {
    setTimeout(() => {
      if (response.destroyed) return; // whoever asked is gone
      if (!this.#options.intake.isFull) return place();
      this.#options.metrics.accepted('overloaded', 0);
      this.#refuse(response);
    }, SECOND_LOOK_MS);
  }

  #refuse(response: ServerResponse): void {
    this.#options.metrics.problem('overloaded');
    const body = bodyOf(OVERLOADED, LANGUAGE, ADDRESS);
    response.writeHead(statusOf('overloaded'), { ...headersOf(OVERLOADED, LANGUAGE), 'Content-Length': body.length });
    response.end(body, 'latin1');
  }

  async #place(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { enter, takeOrder } = this.#options;
    const caller = await enter(request, response);
    ensureRole(caller, PLACING);
    sendAccepted(response, await takeOrder(request, caller, await bodyIn(request)));
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
