import type { OrderStatus, StepProgress } from '../../src/domain/lifecycle.ts';

/** What the demo reads of `GET /api/orders/{id}`. */
export interface OrderView {
  order_id: string;
  status: OrderStatus;
  settled_at: string | null;
  steps: StepProgress[];
  failure: { code: string } | null;
  links: { workflow: string };
}

const ANSWER_WITHIN_MS = 5000;

/** The API, over the network like any other client's. */
export class OrdersApi {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, key?: string) {
    this.#url = url;
    this.#headers = key ? { authorization: `Bearer ${key}` } : {};
  }

  async answers(): Promise<boolean> {
    return this.#ask('/health/live').then(
      () => true,
      () => false,
    );
  }

  /** @returns the order's id, and the milliseconds until it was answered for */
  async place(order: Record<string, unknown>): Promise<{ orderId: string; acceptedInMs: number }> {
    const since = performance.now();
    const { order_id } = await this.#ask<{ order_id: string }>('/api/orders', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
    return { orderId: order_id, acceptedInMs: performance.now() - since };
  }

  find(orderId: string): Promise<OrderView> {
    return this.#ask(`/api/orders/${orderId}`);
  }

  async #ask<Reply>(
    path: string,
    init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {},
  ): Promise<Reply> {
    const headers = { ...this.#headers, ...init.headers };
    const response = await fetch(this.#url + path, { ...init, headers, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${init.method ?? 'GET'} ${this.#url}${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as Reply;
  }
}
