import { randomUUIDv7 } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express } from 'express';

import { type Order, orderBody } from './order.ts';

/** Answers with the status to tell, once the order is safe with the contestant. */
export type Take = (order: Order) => Promise<'accepted' | 'confirmed'>;

/** `POST /api/orders`, the same for all: parse, validate, take, 201. */
export function ordersApi(take: Take): Express {
  const app = express();
  // As durable-orders has it: nobody asks for the ETag of a POST.
  app.disable('x-powered-by').disable('etag');
  app.post('/api/orders', express.json(), async (request, response) => {
    const body = orderBody.safeParse(request.body);
    if (!body.success) return void response.status(400).json({ error: 'invalid_order' });
    const order = { order_id: randomUUIDv7(), ...body.data };
    const status = await take(order);
    response.status(201).json({ order_id: order.order_id, status });
  });
  return app.use(answerErrors);
}

/** What express and its body parser throw carries a status: not JSON, too large. */
const answerErrors: ErrorRequestHandler = (error, _request, response, _next) => {
  const status = error?.status >= 400 && error?.status < 500 ? error.status : 500;
  response.status(status).json({ error: status === 500 ? 'not_taken' : 'invalid_request' });
};
