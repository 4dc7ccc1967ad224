/** As long as durable-orders gives a payment. */
const DEADLINE_MS = 15_000;

/** The service has understood and said no: asking again does not help. */
export class Refused extends Error {
  override name = 'Refused';
}

/**
 * Posts JSON with Node's fetch, which keeps connections; the same client for every contestant.
 * @throws Refused for an answer that will stay the same, any other error for one that may pass
 */
export async function post(url: string, idempotencyKey: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  const text = await response.text(); // read to its end, so that the connection is kept
  if (response.ok) return;
  const mayPass = response.status >= 500 || [408, 425, 429].includes(response.status);
  throw new (mayPass ? Error : Refused)(`${url}: ${response.status} ${text}`);
}
