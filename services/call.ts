import { setTimeout as pause } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { Asked, Batches } from './batches.ts';
import type { Sql } from './database.ts';
import type { Faults } from './faults.ts';
import { isAnswered } from './ledger.ts';
import { InvalidRequest, reply } from './reply.ts';

/** One business call: `POST /<kind>`, and `kind` in the ledger. The work itself is `perform` in the service's SQL. */
export interface Call<Schema extends z.ZodType = z.ZodType> {
  kind: string;
  body: Schema;
  /** The error with which a fault refuses it. */
  refusal: string;
  isUndo?: boolean;
  /** What `perform` must know besides the body. */
  terms?(body: z.output<Schema>): Record<string, unknown>;
}

export const defineCall = <Schema extends z.ZodType>(call: Call<Schema>): Call => call as unknown as Call;

export interface Surroundings {
  sql: Sql;
  batches: Batches;
  faults: Faults;
  usualLatencyMs: number;
  /** Takes an answer that will never be given, so that the drain need not wait for it. */
  hang(res: Response): void;
}

/** A caller that goes away does not stop the work: a request that timed out may well have happened. */
export function handle(call: Call, { sql, batches, faults, usualLatencyMs, hang }: Surroundings): RequestHandler {
  return async (req, res) => {
    const asked = read(call, req);
    const latency = faults.latencyMs(req.path, usualLatencyMs);
    if (latency > 0) await pause(latency);
    switch (faults.draw(req.path, call.isUndo ?? false)) {
      case 'hang':
        return hang(res);
      case 'drop':
        return void req.socket.destroy();
      case 'fail':
        return fail(res, faults);
      case 'garbage':
        return void res.json({ message: 'It works!' });
      case 'fail_after':
        await batches.answer(asked);
        return void res.status(500).json({ error: 'internal' });
      case 'refuse':
        // What was done is not refused when it is asked again: no service takes the money and then declines the card.
        if (!(await isAnswered(sql, asked.key))) return reply(res, { error: call.refusal });
    }
    reply(res, await batches.answer(asked));
  };
}

function read(call: Call, req: Request): Asked {
  const key = req.get('idempotency-key') ?? '';
  const order_id = /^([^:]{1,200}):.{1,200}$/.exec(key)?.[1];
  if (!order_id) throw new InvalidRequest('idempotency_key_required');
  const body = call.body.parse(req.body) as { order_id?: string };
  if ((body.order_id ?? order_id) !== order_id) throw new InvalidRequest();
  return { kind: call.kind, key, order_id, body, ...call.terms?.(body) };
}

function fail(res: Response, faults: Faults): void {
  const { status, retryAfter } = faults.failure;
  if (retryAfter !== undefined) res.set('Retry-After', String(retryAfter));
  res.status(status).json({ error: 'internal' });
}
