import { isUtf8 } from 'node:buffer';
import express, { type RequestHandler } from 'express';
import { Problem } from './problem.ts';
import { flawIn } from './strict-json.ts';

export const BODY_LIMIT = 256 * 1024;

/** Parses bodies of these media types; others are left alone. */
export function jsonBody(type = ['application/json']): RequestHandler {
  const parse = express.json({ limit: BODY_LIMIT, strict: false, type, verify: ensureStrict });
  return (request, response, next) => {
    // The parser would read it to its end first.
    if (Number(request.headers['content-length']) > BODY_LIMIT) throw new Problem('body_too_large');
    parse(request, response, next);
  };
}

/** Bytes that are no UTF-8 would be replaced, and stored as what nobody sent. */
function ensureStrict(_: unknown, __: unknown, body: Buffer, charset: string): void {
  if (charset !== 'utf-8') throw new Problem('unsupported_media_type');
  if (!isUtf8(body)) throw new Problem('invalid_json');
  const flaw = flawIn(body);
  if (flaw) throw new Problem('invalid_json', { errors: [flaw] });
}

const utf8 = new TextDecoder();

/** As `jsonBody` has it, of a body that is read already. */
export function parseStrictly(body: Buffer): unknown {
  ensureStrict(undefined, undefined, body, 'utf-8');
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    throw new Problem('invalid_json');
  }
}
