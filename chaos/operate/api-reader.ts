import { setTimeout as pause } from 'node:timers/promises';
import type { ShownOrder } from '../judge/evidence.ts';
import { Unanswered } from '../unanswered.ts';

const PAGE = 200;
const MOST_PAGES = 100;

/** Reads what the APIs show, from whichever answers. */
export class ApiReader {
  readonly #urls: string[];

  constructor(urls: string[]) {
    this.#urls = urls;
  }

  /** The newest ones, newest first. Null where no API answers. */
  async newest(status: string): Promise<ShownOrder[] | null> {
    return (await this.#get<Page>(pageOf(status)))?.orders ?? null;
  }

  /** Newest first, back to this order, or as far as an API answers and is bearable. */
  async backTo(oldest: string, status: string): Promise<ShownOrder[]> {
    const orders: ShownOrder[] = [];
    for (let path: string | null = pageOf(status), pages = 0; path !== null && pages < MOST_PAGES; pages++) {
      const page: Page | null = await this.#get<Page>(path);
      if (!page) break;
      orders.push(...page.orders);
      path = (orders.at(-1)?.order_id ?? '') <= oldest ? null : after(page, status);
    }
    return orders;
  }

  /** All, newest first. @throws where no API answers for a while */
  async every(status?: string): Promise<ShownOrder[]> {
    const orders: ShownOrder[] = [];
    for (let path: string | null = pageOf(status); path !== null; ) {
      const page: Page = await this.#insist<Page>(path);
      orders.push(...page.orders);
      path = after(page, status);
    }
    return orders;
  }

  /** @returns status; 0: no answer */
  async retry(orderId: string): Promise<number> {
    for (const url of this.#urls) {
      const response = await fetch(`${url}/api/orders/${orderId}/retry`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-client-id': 'operator' },
        body: '{"reason":"whatever was broken is repaired"}',
        signal: AbortSignal.timeout(10_000),
      }).catch(() => undefined);
      await response?.arrayBuffer().catch(() => {});
      if (response && response.status < 500) return response.status;
    }
    return 0;
  }

  async #get<Answer>(path: string): Promise<Answer | null> {
    for (const url of this.#urls) {
      try {
        const response = await fetch(url + path, { signal: AbortSignal.timeout(3000) });
        if (response.ok) return (await response.json()) as Answer;
      } catch {
        // The other one, then.
      }
    }
    return null;
  }

  async #insist<Answer>(path: string): Promise<Answer> {
    for (let tries = 0; tries < 20; tries++) {
      const answer = await this.#get<Answer>(path);
      if (answer !== null) return answer;
      await pause(500);
    }
    throw new Unanswered(`no API answers ${path}, although all is healed`);
  }
}

interface Page {
  orders: ShownOrder[];
  next_cursor: string | null;
}

const pageOf = (status?: string, cursor?: string): string =>
  `/api/orders?limit=${PAGE}${status ? `&status=${status}` : ''}${cursor ? `&cursor=${cursor}` : ''}`;

const after = ({ next_cursor }: Page, status?: string): string | null =>
  next_cursor === null ? null : pageOf(status, next_cursor);
