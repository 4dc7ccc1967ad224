import { isUtf8 } from 'node:buffer';
import express, { type RequestHandler } from 'express';
import { Problem } from './problem.ts';
import { flawIn } from './strict-json.ts';

export const BODY_LIMIT = 256 * 1024;

/** Each further one would be a further decompressor that anybody who is let in could feed with bombs. */
const ENCODINGS = ['identity', 'gzip'];

/** Where a body as a whole is wrong, the pointer is the empty one, which points at all of it. Source: RFC 6901, 5. */
export const invalidJson = (code: 'malformed' | 'not_utf8' | 'required'): Problem =>
  new Problem('invalid_json', { errors: [{ path: [], code }] });

const bodyTooLarge = (): Problem => new Problem('body_too_large', { errors: [{ path: [], code: 'too_big' }] });

/** Source: RFC 9110, 15.5.16. */
export const unsupported = (header: 'Content-Type' | 'Content-Encoding'): Problem =>
  new Problem('unsupported_media_type', {
    errors: [{ path: [header], code: 'unsupported' }],
    ...(header === 'Content-Encoding' && { headers: { 'Accept-Encoding': ENCODINGS.join(', ') } }),
  });

/** Parses bodies of these media types; others are left alone. */
export function jsonBody(type = ['application/json']): RequestHandler {
  const parse = express.json({ limit: BODY_LIMIT, strict: false, type, verify: ensureStrict });
  return (request, response, next) => {
    const { 'content-length': length, 'content-encoding': encoding } = request.headers;
    // The parser would read it to its end first.
    if (Number(length) > BODY_LIMIT) throw bodyTooLarge();
    if (!ENCODINGS.includes((encoding || 'identity').toLowerCase())) throw unsupported('Content-Encoding');
    parse(request, response, (error?: unknown) => next(error && problemOf(error)));
  };
}

/** The parser's errors have a status, and nearly all a type; what `ensureStrict` has found is a problem already. */
function problemOf(error: unknown): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error;
  const { status, type } = error as { status?: number; type?: string };
  if (type === 'entity.too.large') return bodyTooLarge();
  if (type === 'charset.unsupported') return unsupported('Content-Type');
  return Number(status) < 500 ? invalidJson('malformed') : error;
}

/** Bytes that are no UTF-8 would be replaced, and stored as what nobody sent. */
function ensureStrict(_: unknown, __: unknown, body: Buffer, charset: string): void {
  if (charset !== 'utf-8') throw unsupported('Content-Type');
  if (!isUtf8(body)) throw invalidJson('not_utf8');
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
    throw invalidJson('malformed');
  }
}
