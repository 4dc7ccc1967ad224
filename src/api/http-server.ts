import { createServer, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { FAILURES } from '../domain/failures.ts';

/** What a connection may cost, whoever is at its other end. Milliseconds and bytes. */
const LIMITS = {
  /** For the whole of a request, its body too. */
  requestTimeout: 15_000,
  headersTimeout: 10_000,
  /** How late one that is out of time may be noticed. */
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 30_000,
  maxHeaderSize: 16 * 1024,
};

export type ServerLimits = typeof LIMITS;

/** @param limits others than usual */
export function createApiServer(app: RequestListener, limits: Partial<ServerLimits> = {}): Server {
  return createServer({ ...LIMITS, ...limits }, whileFewWait(app)).on('clientError', refuse);
}

/** Requests of one connection that may wait for their answers: each is small, and its answer may be large. */
const MAX_UNANSWERED = 100;

function whileFewWait(app: RequestListener): RequestListener {
  const unanswered = new WeakMap<Socket, number>();
  return (request, response) => {
    const { socket } = request;
    const count = (unanswered.get(socket) ?? 0) + 1;
    if (count > MAX_UNANSWERED || socket.destroyed) return void socket.destroy();
    unanswered.set(socket, count);
    response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
    app(request, response);
  };
}

type Refusal = 'malformed_request' | 'request_too_slow' | 'headers_too_large';

const REFUSALS: Record<string, Refusal> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_too_slow',
};

const TITLES: Record<Refusal, string> = {
  malformed_request: 'Not a request of HTTP/1.1',
  request_too_slow: 'The request was not complete in time',
  headers_too_large: 'More than 16 KiB of headers',
};

/**
 * What never became a request, so that no route, and no language, is known. Nothing more is read from it. While an earlier
 * request of the same connection is being answered there is no answer to this one: it would be taken for the other's.
 */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  const current = (socket as { _httpMessage?: ServerResponse | null })._httpMessage;
  const isOfAnother = current && (current.headersSent || current.req.complete);
  if (socket.writable && !isOfAnother) socket.write(refusalOf(REFUSALS[error.code ?? ''] ?? 'malformed_request'));
  socket.destroy();
}

function refusalOf(code: Refusal): string {
  const { status } = FAILURES[code];
  const title = TITLES[code];
  const body = JSON.stringify({ type: `urn:durable-orders:problem:${code}`, status, code, title, detail: `${title}.` });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}
