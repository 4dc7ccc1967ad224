import type { ErrorRequestHandler, Response } from 'express';
import { ZodError } from 'zod';
import { isUnavailable } from './database.ts';

/** What a business function answers: `ok`, or an error that nothing was done for. */
export type Answer = { ok: true } | { error: string };

const STATUS: Record<string, number> = {
  invalid_payment_method: 400,
  card_declined: 402,
  out_of_stock: 409,
  refused: 409,
  undone: 409,
  idempotency_key_reused: 422,
};

export class InvalidRequest extends Error {
  code: string;
  constructor(code = 'invalid_request') {
    super(code);
    this.code = code;
  }
}

export function reply(res: Response, answer: Answer): void {
  res.status('error' in answer ? (STATUS[answer.error] ?? 500) : 200).json(answer);
}

export const replyNotFound = (_req: unknown, res: Response): void => void res.status(404).json({ error: 'not_found' });

export const replyError: ErrorRequestHandler = (error, _req, res, _next) => {
  if (error instanceof InvalidRequest) return void res.status(400).json({ error: error.code });
  if (error instanceof ZodError) return void res.status(400).json({ error: 'invalid_request' });
  if (isUnavailable(error)) return void res.status(503).json({ error: 'unavailable' });
  // What express and its body parser throw carries a status: not JSON, too large, a path that cannot be decoded.
  if (error.status >= 400 && error.status < 500)
    return void res.status(error.status).json({ error: 'invalid_request' });
  console.error(JSON.stringify({ level: 'error', msg: 'a call failed', error: String(error?.stack ?? error) }));
  res.status(500).json({ error: 'internal' });
};
