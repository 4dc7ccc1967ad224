import { z } from 'zod';

/** An id as a caller may send it. PostgreSQL stores neither NUL nor half a surrogate pair. */
export const text = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u);
