import type { Readable } from 'node:stream';

/**
 * What comes of a request of undici, or the signal's reason as soon as it is aborted. By itself undici heeds a signal only once
 * the connection is there, and one to a host that does not answer takes ten seconds to give up. What is aborted before
 * that is not sent any more; an answer that comes all the same is let go.
 */
export function untilAborted<Answer extends { body: Readable }>(
  signal: AbortSignal,
  asked: Promise<Answer>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason);
      asked.then(({ body }) => body.on('error', () => {}).destroy()).catch(() => {});
    };
    asked.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
