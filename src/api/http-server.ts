import { createServer, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { FAILURES } from '../domain/failures.ts';
import { inTurn } from './in-turn.ts';

/** What a connection may cost, whoever is at its other end. Milliseconds and bytes. */
const LIMITS = {
  /** For the whole of a request, its body too. */
  requestTimeout: 15_000,
  headersTimeout: 10_000,
  /** How late one that is out of time may be noticed. */
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 30_000,
  /** How long no byte may come and none be taken. More than a commit may take and `Prefer: wait` may wait. */
  timeout: 75_000,
  maxHeaderSize: 16 * 1024,
};

export type ServerLimits = typeof LIMITS;

/** @param limits others than usual */
export function createApiServer(app: RequestListener, limits: Partial<ServerLimits> = {}): Server {
  const { timeout, ...others } = { ...LIMITS, ...limits };
  const server: Server = createServer(others).on('clientError', refuse);
  server.on('request', inTurn(app, server));
  server.timeout = timeout; // which Node takes in no other way
  return server;
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
