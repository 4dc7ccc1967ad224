import { Router } from 'express';
import { z } from 'zod';
import type { Sql } from './database.ts';

export const ledgerDefinition = new URL('./ledger.sql', import.meta.url);

/** What a service counts besides its calls. */
export type Measure = 'quantity' | 'amount';

const query = z.object({
  order_id: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100_000).default(1000),
  /** `next` of the page before; 0 begins with the oldest. */
  after: z.coerce.number().int().min(0).optional(),
});

export async function isAnswered(sql: Sql, key: string): Promise<boolean> {
  return (await sql`select from ledger where idempotency_key = ${key}`).length > 0;
}

export function ledgerRoutes(sql: Sql, kinds: string[], measure?: Measure): Router {
  const router = Router();
  router.get('/ledger', async (req, res) => {
    res.json(await page(sql, query.parse(req.query)));
  });
  router.get('/totals', async (_req, res) => void res.json(await totals(sql, kinds, measure)));
  return router;
}

/** The newest `limit` effects, or those `after` one, in the order in which they happened. `next`: where it goes on. */
async function page(sql: Sql, { order_id, limit, after }: z.output<typeof query>): Promise<Record<string, unknown>> {
  const rows = await sql`
    select seq::float8, json_strip_nulls(json_build_object(
      'idempotency_key', idempotency_key, 'order_id', order_id, 'kind', kind, 'product_id', product_id,
      'quantity', quantity, 'amount', amount,
      'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) as entry
    from ledger where had_effect ${order_id === undefined ? sql`` : sql`and order_id = ${order_id}`}
      ${after === undefined ? sql`` : sql`and seq > ${after}`}
    order by seq ${after === undefined ? sql`desc` : sql`asc`} limit ${limit}`;
  if (after === undefined) return { entries: rows.map((row) => row.entry).reverse() };
  return { entries: rows.map((row) => row.entry), next: rows.length === limit ? rows.at(-1)?.seq : null };
}

async function totals(sql: Sql, kinds: string[], measure?: Measure): Promise<Record<string, unknown>> {
  const rows = await sql`
    select kind, count(*)::float8 as count, coalesce(sum(quantity), sum(amount), 0)::float8 as sum
    from ledger where had_effect group by kind`;
  return Object.fromEntries(
    kinds.map((kind) => {
      const { count, sum } = rows.find((row) => row.kind === kind) ?? { count: 0, sum: 0 };
      return [kind, measure ? { count, [measure]: sum } : { count }];
    }),
  );
}
