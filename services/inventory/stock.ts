import { Router } from 'express';
import { z } from 'zod';
import { defineCall } from '../call.ts';
import type { Sql } from '../database.ts';
import { InvalidRequest } from '../reply.ts';
import type { Service } from '../service.ts';
import { text } from '../text.ts';

const SOLD_OUT = 'sold-out';

const body = z.object({ product_id: text, quantity: z.int().min(1) });
const stockBody = z.strictObject({ on_hand: z.int().min(0) });

/** `initialStock`: what is on hand of a product that is seen for the first time. */
export function inventory(initialStock = 1_000_000): Service {
  const initial = (product: string) => (product === SOLD_OUT ? 0 : initialStock);
  return {
    name: 'inventory',
    usualLatencyMs: 200,
    definition: new URL('./stock.sql', import.meta.url),
    measure: 'quantity',
    calls: [deduct(initial), restore],
    routes: (sql) => stockRoutes(sql, initial),
  };
}

type InitialStock = (product: string) => number;

const deduct = (initial: InitialStock) =>
  defineCall({
    kind: 'deduct',
    body,
    refusal: 'out_of_stock',
    terms: ({ product_id }) => ({ initial_stock: initial(product_id) }),
  });

/**
 * Gives back what the deduction with the key `undoes` has taken, or all that the order has of the product where it names
 * none; `quantity` is what the caller believes that is.
 */
const restore = defineCall({
  kind: 'restore',
  body: body.extend({ undoes: text.optional() }),
  refusal: 'out_of_stock',
  isUndo: true,
});

function stockRoutes(sql: Sql, initial: InitialStock): Router {
  const router = Router();
  router.get('/stock/:product', async (req, res) => {
    const product_id = text.parse(req.params.product);
    const [row] = await sql`
      select on_hand::float8, deducted::float8 from stock where product_id = ${product_id}`;
    res.json({ product_id, ...(row ?? { on_hand: initial(product_id), deducted: 0 }) });
  });
  router.put('/stock/:product', async (req, res) => {
    const product_id = text.parse(req.params.product);
    const { on_hand } = stockBody.parse(req.body);
    if (product_id === SOLD_OUT) throw new InvalidRequest();
    const [row] = await sql`
      insert into stock (product_id, on_hand) values (${product_id}, ${on_hand})
      on conflict (product_id) do update set on_hand = excluded.on_hand
      returning on_hand::float8, deducted::float8`;
    res.json({ product_id, ...row });
  });
  return router;
}
