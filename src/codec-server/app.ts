import type { Payload } from '@temporalio/common';
import { JSONToPayload, payloadToJSON } from '@temporalio/common/lib/proto-utils.js';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { z } from 'zod';
import { IssuerUnavailable } from '../access/issuer.ts';
import { type EncryptionCodec, Undecipherable } from '../encryption/encryption-codec.ts';
import { type Log, messageOf } from '../telemetry/log.ts';
import { authenticated } from './authenticated.ts';
import { onlyFrom } from './cross-origin.ts';
import type { Judge } from './readers.ts';

export interface CodecAppOptions {
  codec: EncryptionCodec;
  /** The Web UI's: the only pages that may call. */
  origin: string;
  judge: Judge;
  log: Log;
}

/** An event's payloads; Temporal takes 2 MB each, and base64 makes a third more of them. */
const BODY_LIMIT = '16mb';

const base64 = z.base64().max(8 * 1024 * 1024);
const body = z.object({
  payloads: z.array(z.object({ metadata: z.record(z.string(), base64).optional(), data: base64.optional() })).max(1000),
});

/**
 * Encrypts and decrypts for those who have no keys: the Web UI, Temporal's command line. What counts is the last part of
 * the path. Source: temporalio/samples-go, codec-server/protocol.md
 */
export function createCodecApp({ codec, origin, judge, log }: CodecAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/health', (_, response) => {
    response.json({ status: 'ok' });
  });
  app.use(onlyFrom(origin));
  const parse = express.json({ limit: BODY_LIMIT, inflate: false }); // nobody who speaks the protocol packs
  const through = (change: (payload: Payload) => Payload): RequestHandler[] => [
    authenticated(judge),
    parse,
    answerWith(change),
  ];
  app.post(/\/decode$/, ...through((payload) => codec.open(payload)));
  app.post(/\/encode$/, ...through((payload) => codec.seal(payload)));
  app.use((_, response) => {
    response.status(404).json({ error: 'not_found' });
  });
  app.use(answerErrors(log));
  return app;
}

const answerWith =
  (change: (payload: Payload) => Payload): RequestHandler =>
  (request, response) => {
    const parsed = body.safeParse(request.body);
    if (!parsed.success) {
      response.status(400).json({ error: 'not_payloads' });
      return;
    }
    const payloads = parsed.data.payloads.map((payload) => payloadToJSON(change(JSONToPayload(payload))));
    response.set('Cache-Control', 'no-store').json({ payloads });
  };

/** Bodies that are no JSON or too long have a status of their own; what else went wrong is ours, and only logged. */
const answerErrors =
  (log: Log): ErrorRequestHandler =>
  (error, _request, response, _next) => {
    if (error instanceof Undecipherable) {
      log.warn({ error: error.message }, 'payloads not decrypted');
      response.status(422).json({ error: 'undecipherable', detail: error.message });
      return;
    }
    if (error instanceof IssuerUnavailable) {
      log.warn({ error: messageOf(error) }, 'the issuer of tokens is unavailable');
      response.status(503).json({ error: 'issuer_unavailable' });
      return;
    }
    const status = Number(error?.status) || 500;
    if (status >= 500) log.error({ error: messageOf(error) }, 'the request failed');
    response.status(status).json({ error: status >= 500 ? 'internal_error' : 'bad_request' });
  };
