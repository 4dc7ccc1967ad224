import { type Service, startService } from '../../services/service.ts';
import { createDatabase } from '../support/database.ts';

export interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: replies are looked into, and compared, by the tests
  body: any;
  headers: Headers;
}

export interface Asking {
  url: string;
  post(path: string, key: string, body: unknown, signal?: AbortSignal): Promise<Reply>;
  put(path: string, body: unknown): Promise<Reply>;
  get(path: string): Promise<Reply>;
}

export function asking(url: string): Asking {
  const ask = async (method: string, path: string, body?: unknown, headers = {}, signal?: AbortSignal) => {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const init = {
      method,
      headers: { ...json, ...headers },
      body: JSON.stringify(body) ?? null,
      signal: signal ?? null,
    };
    const res = await fetch(url + path, init);
    return { status: res.status, body: await res.json(), headers: res.headers };
  };
  return {
    url,
    post: (path, key, body, signal) => ask('POST', path, body, key ? { 'idempotency-key': key } : {}, signal),
    put: (path, body) => ask('PUT', path, body),
    get: (path) => ask('GET', path),
  };
}

/** The service, without its latency, in this process and on a database of its own. */
export async function startOnOwnDatabase(service: Service) {
  const database = await createDatabase();
  const listening = await startService(service, { databaseUrl: database.url, port: 0, latencyMs: 0 });
  const stop = async () => {
    await listening.close();
    await database.drop();
  };
  return { ...asking(listening.url), close: listening.close, stop };
}

let orders = 0;
export const anOrder = (): string => `order-${++orders}`;

/** 0, 1, … n-1, as promises that are all under way at once. */
export const atOnce = <T>(n: number, ask: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: n }, (_, index) => ask(index)));
