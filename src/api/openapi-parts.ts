import { z } from 'zod';
import { type ProblemCode, statusOf } from './messages/catalogue.ts';
import { problem } from './wire.ts';

export const json = (schema: z.ZodType) => ({ 'application/json': { schema } });

/** Of any operation: who asks, how often, and what is down or broken. */
const ANYWHERE: ProblemCode[] = [
  ...(['invalid_parameter', 'unauthenticated', 'not_allowed', 'misdirected', 'rate_limited'] as const),
  ...(['internal_error', 'database_unavailable', 'issuer_unavailable'] as const),
];

/** The problems of an operation, by status. */
export function problems(...codes: ProblemCode[]) {
  const byStatus = Map.groupBy(new Set([...codes, ...ANYWHERE]), statusOf);
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      String(status),
      { description: those.join(', '), content: { 'application/problem+json': { schema: problem } } },
    ]),
  );
}

export const id = z.object({ id: z.uuid() });
