import { request } from 'undici';

/** As long as durable-orders gives a payment. */
const DEADLINE_MS = 15_000;

/** The service has understood and said no: asking again does not help. */
export class Refused extends Error {
  override name = 'Refused';
}

/**
 * Posts JSON by undici's `request`, which keeps connections and is cheaper than `fetch`; the same client for every contestant, and that
 * of durable-orders.
 * @throws Refused for an answer that will stay the same, any other error for one that may pass
 */
export async function post(url: string, idempotencyKey: string, body: unknown): Promise<void> {
  const { statusCode, body: answer } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  const text = await answer.text(); // read to its end, so that the connection is kept
  if (statusCode >= 200 && statusCode < 300) return;
  const mayPass = statusCode >= 500 || [408, 425, 429].includes(statusCode);
  throw new (mayPass ? Error : Refused)(`${url}: ${statusCode} ${text}`);
}
