import { boundedBody } from '../outgoing/bounded-body.ts';

/**
 * `fetch` for answers that must be small: no redirect is followed, and what is too long is no answer.
 * @throws TypeError as `fetch` does, Error where the answer is too long
 */
export async function boundedFetch(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...options, redirect: 'error' });
  const { status, headers } = response;
  const body = await boundedBody(response.body);
  if (!body) throw new Error('the answer is too long');
  return new Response(new Blob([body]), { status, headers });
}
