import { setTimeout as pause } from 'node:timers/promises';
import { type OrderBody, otherThan } from './order-body.ts';
import type { PlannedOrder } from './planned-order.ts';
import type { Attempt, Posted } from './posted.ts';

const ANSWER_WITHIN_MS = 5000;
const FIRST_PAUSE_MS = 50;
/** While it is on its way, for the first time. */
const LOOK_EVERY_MS = 150;

interface Patience {
  /** After which it gives up. */
  forMs: number;
  /** Between two tries; it begins with 50 ms. */
  longestPauseMs: number;
}

/** A client as it should be: tries again under the same key until it knows, at the other API where one does not answer. */
export class Client {
  readonly #urls: string[];
  readonly #patience: Patience;
  #turn = 0;

  constructor(urls: string[], patience: Patience) {
    this.#urls = urls;
    this.#patience = patience;
  }

  /** Posts the order, and whatever else its kind asks for. */
  async place(planned: PlannedOrder, posted: Posted): Promise<void> {
    const { kind, cancelAfterMs, looks = 0 } = planned;
    const post = (what: Attempt['what'], body = planned.body) =>
      this.#until(posted, what, (status) => status === 201 || status === 422, placing(planned, body));
    const first = post('post');
    // At once: the two may meet in one commit, or in two APIs.
    if (kind === 'repeated') await Promise.all([first, post('repeat')]);
    await first;
    if (posted.orderId === undefined) return;
    if (kind === 'repeated') await post('repeat');
    if (kind === 'conflicting') await post('conflict', otherThan(planned.body));
    const looking = this.#look(posted, posted.orderId, looks);
    if (cancelAfterMs !== undefined) await this.#cancel(posted, posted.orderId, cancelAfterMs);
    await looking;
  }

  /** Whoever looks takes no answer for an answer, and looks again soon. */
  async #look(posted: Posted, orderId: string, times: number): Promise<void> {
    for (let count = 0; count < times; count++) {
      await pause(LOOK_EVERY_MS);
      const url = this.#urls[this.#turn++ % this.#urls.length] as string;
      const looking = { method: 'GET', path: `/api/orders/${orderId}`, headers: {}, withinMs: ANSWER_WITHIN_MS };
      posted.attempts.push(await ask(url, 'look', looking));
    }
  }

  async #cancel(posted: Posted, orderId: string, afterMs: number): Promise<void> {
    await pause(afterMs);
    const cancelling = { path: `/api/orders/${orderId}/cancel`, body: {}, headers: {}, withinMs: ANSWER_WITHIN_MS };
    await this.#until(posted, 'cancel', (status) => status === 202 || status === 409, cancelling);
  }

  /** Asks until the answer is a definite one, each time at the next API. */
  async #until(
    posted: Posted,
    what: Attempt['what'],
    isDefinite: (status: number) => boolean,
    request: Asked,
  ): Promise<void> {
    const { forMs, longestPauseMs } = this.#patience;
    const limit = Date.now() + forMs;
    const first = this.#turn++;
    for (let tries = 0; Date.now() < limit; tries++) {
      const url = this.#urls[(first + tries) % this.#urls.length] as string;
      const attempt = await ask(url, what, request);
      posted.attempts.push(attempt);
      if (attempt.status === 201 && what === 'post' && posted.orderId === undefined) {
        Object.assign(posted, { orderId: attempt.orderId, acceptedAt: attempt.at + attempt.tookMs });
      }
      if (isDefinite(attempt.status)) return;
      await pause(Math.min(FIRST_PAUSE_MS * 2 ** tries, longestPauseMs));
    }
  }
}

interface Asked {
  /** POST. */
  method?: string;
  path: string;
  body?: unknown;
  headers: Record<string, string>;
  withinMs: number;
}

/** An answer that is waited for comes so much later. */
const placing = ({ key, waitSeconds = 0 }: PlannedOrder, body: OrderBody): Asked => ({
  path: '/api/orders',
  body,
  headers: { 'idempotency-key': key, ...(waitSeconds > 0 && { prefer: `wait=${waitSeconds}` }) },
  withinMs: ANSWER_WITHIN_MS + waitSeconds * 1000,
});

async function ask(url: string, what: Attempt['what'], asked: Asked): Promise<Attempt> {
  const { method = 'POST', path, body, headers, withinMs } = asked;
  const at = Date.now();
  try {
    const response = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(withinMs),
    });
    const told = toldBy((await response.json()) as Answer);
    return { what, at, tookMs: Date.now() - at, url, status: response.status, ...told };
  } catch (error) {
    return { what, at, tookMs: Date.now() - at, url, status: 0, why: causeOf(error) };
  }
}

/** The order in short, the whole order, or a problem. */
interface Answer {
  order_id?: string;
  /** Of a problem it is HTTP's. */
  status: string | number;
  settled_at?: string | null;
  code?: string;
}

const toldBy = ({ order_id, status, settled_at, code }: Answer): Pick<Attempt, 'orderId' | 'why' | 'shown'> => ({
  ...(order_id && { orderId: order_id }),
  ...(code && { why: code }),
  ...(settled_at && { shown: { status: `${status}`, settledAt: settled_at } }),
});

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? ('code' in cause ? String(cause.code) : cause.name) : String(cause);
}
