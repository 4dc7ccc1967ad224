import { z } from 'zod';
import { type ProblemCode, statusOf } from './messages/catalogue.ts';
import { problem } from './wire.ts';

export const json = (schema: z.ZodType) => ({ 'application/json': { schema } });

/** The problems of an operation, by status. Any operation may meet an internal error or find the database away. */
export function problems(...codes: ProblemCode[]) {
  const byStatus = Map.groupBy([...codes, 'internal_error', 'database_unavailable'] as ProblemCode[], statusOf);
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      String(status),
      { description: those.join(', '), content: { 'application/problem+json': { schema: problem } } },
    ]),
  );
}

export const id = z.object({ id: z.uuid() });

export const clientId = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/)
  .optional()
  .meta({ description: 'Who is asking; set by a gateway. Scopes idempotency keys, and goes into the record.' });
