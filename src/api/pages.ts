import { z } from 'zod';

/** Of a page; every list has the same. */
export const limit = z.coerce.number().int().min(1).max(200).default(50);

/** Where the next page begins; null on the last one. */
export const nextCursor = <Row>(rows: Row[], limit: number, keyOf: (row: Row) => string): string | null =>
  rows.length === limit ? keyOf(rows.at(-1) as Row) : null;
