import { NotTheApi, Refused, Unreachable } from './answers.ts';
import type { ProblemDocument } from './documents.ts';

/** Longer than the API itself waits for anything. */
const ANSWER_WITHIN_MS = 15_000;

export type Query = Record<string, string | number | undefined>;

/** Who asks: where the API has keys, their holder; else whoever is said to. */
export interface Caller {
  clientId: string;
  /** A key or a token. */
  key: string | undefined;
}

interface Asking {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
  withinMs?: number;
}

/** The API over the network, as who it is asked by. Every answer that is no success is thrown. */
export class OrdersApi {
  readonly url: string;
  readonly #caller: Caller;

  constructor(url: string, caller: Caller) {
    this.url = url;
    this.#caller = caller;
  }

  get<Reply>(path: string, query: Query = {}): Promise<Reply> {
    return this.#ask(path + searchOf(query));
  }

  post<Reply>(path: string, body?: unknown, asking: Asking = {}): Promise<Reply> {
    return this.#ask(path, { method: 'POST', body, ...asking });
  }

  /** @throws Refused, NotTheApi, Unreachable */
  async #ask<Reply>(path: string, asking: Asking = {}): Promise<Reply> {
    const { response, text } = await this.#send(path, asking);
    const document = documentOf(text);
    if (response.ok && document) return document as Reply;
    if (isProblem(document)) throw new Refused(document, Number(response.headers.get('Retry-After')) || null);
    throw new NotTheApi(this.url, response.status);
  }

  async #send(path: string, { method = 'GET', headers, body, withinMs = ANSWER_WITHIN_MS }: Asking) {
    const init: RequestInit = { method, headers: this.#headers(body, headers), signal: AbortSignal.timeout(withinMs) };
    if (body !== undefined) init.body = JSON.stringify(body);
    try {
      const response = await fetch(this.url + path, init);
      return { response, text: await response.text() };
    } catch (error) {
      throw new Unreachable(this.url, error, withinMs);
    }
  }

  #headers(body: unknown, headers: Record<string, string> = {}): Record<string, string> {
    const { clientId, key } = this.#caller;
    return {
      Accept: 'application/json',
      'Accept-Language': 'en',
      'X-Client-Id': clientId,
      ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    };
  }
}

function searchOf(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size > 0 ? `?${search}` : '';
}

function documentOf(text: string): object | null {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' ? document : null;
  } catch {
    return null;
  }
}

const isProblem = (document: object | null): document is ProblemDocument =>
  document !== null && 'code' in document && 'detail' in document && 'status' in document;
