import { z } from 'zod';

const digits = (value: unknown) => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value);

/** In a query. Decimal digits only: `Number` takes '', '0x10' and '1e2' as well. */
export const wholeNumber = (min: number, max: number) => z.preprocess(digits, z.int().min(min).max(max));

/** Of a page; every list has the same. */
export const limit = wholeNumber(1, 200).default(50).meta({ description: '50 where it is left out.' });

/** Where the next page begins; null on the last one. */
export const nextCursor = <Row>(rows: Row[], limit: number, keyOf: (row: Row) => string): string | null =>
  rows.length === limit ? keyOf(rows.at(-1) as Row) : null;
