import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import express, { type RequestHandler } from 'express';
import { Problem } from './problem.ts';
import { flawIn } from './strict-json.ts';

const LIMIT = 256 * 1024;

/** Parses bodies of these media types; others are left alone. */
export function jsonBody(type = ['application/json']): RequestHandler {
  const parse = express.json({ limit: LIMIT, strict: false, type, verify: ensureStrict });
  return (request, response, next) => {
    // The parser would read it to its end first.
    if (Number(request.headers['content-length']) > LIMIT) throw new Problem('body_too_large');
    parse(request, response, next);
  };
}

/** Bytes that are no UTF-8 would be replaced, and stored as what nobody sent. */
function ensureStrict(_: IncomingMessage, __: unknown, body: Buffer, charset: string): void {
  if (charset !== 'utf-8') throw new Problem('unsupported_media_type');
  if (!isUtf8(body)) throw new Problem('invalid_json');
  const flaw = flawIn(body);
  if (flaw) throw new Problem('invalid_json', { errors: [flaw] });
}
