import { createHmac } from 'node:crypto';
import { messageOf } from '../telemetry/log.ts';

export interface Webhook {
  url: string;
  /** `whsec_` and base64; without it nothing is signed. */
  secret?: string | undefined;
}

export interface WebhookMessage {
  /** The same however often it is sent: receivers tell repetitions by it. */
  id: string;
  body: string;
}

const DEADLINE_MS = 10_000;

/**
 * Posts a message. Any answer but 2xx is an error, a redirect too: what is signed for one receiver is not for another.
 * Source: standardwebhooks.com, specification.
 */
export async function post({ url, secret }: Webhook, { id, body }: WebhookMessage, signal: AbortSignal): Promise<void> {
  const timestamp = Math.floor(Date.now() / 1000).toString();
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      ...(secret && { 'webhook-signature': signatureOf(secret, `${id}.${timestamp}.${body}`) }),
    },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
  }).catch((error: Error) => {
    throw new Error(`the webhook does not answer: ${messageOf(error.cause ?? error)}`);
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the webhook answered ${response.status}`);
}

export function signatureOf(secret: string, signed: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}
