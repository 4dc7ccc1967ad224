import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import { orderBody } from '../domain/order-schema.ts';
import { forCallers, SECURITY } from './openapi-callers.ts';
import { decisionPaths } from './openapi-decisions.ts';
import { id, json, problems } from './openapi-parts.ts';
import { listQuery } from './orders.ts';
import { acceptedOrder, order, orderPage, shownOrder } from './wire.ts';

const acceptLanguage = z.string().optional().meta({ description: '`en` or `zh-CN`: the language of problems.' });

const placeOrder: ZodOpenApiOperationObject = {
  operationId: 'placeOrder',
  tags: ['orders'],
  summary: 'Place an order',
  description: 'Answers as soon as the order is stored; it is carried out afterwards.',
  requestParams: {
    header: z.object({
      'Idempotency-Key': z
        .string()
        .regex(/^[\x21-\x7e]{1,255}$/)
        .optional()
        .meta({ description: 'Same key and same order: the same answer. Same key, another order: 422.' }),
      Prefer: z
        .string()
        .optional()
        .meta({ description: '`wait=N`: answer when settled, or after N seconds.', example: 'wait=5' }),
      traceparent: z.string().optional().meta({ description: 'W3C Trace Context.' }),
      'Accept-Language': acceptLanguage,
    }),
  },
  requestBody: {
    required: true,
    description: '256 KiB at most, also unpacked: as it is, or with `Content-Encoding: gzip`.',
    content: json(orderBody),
  },
  responses: {
    '201': {
      description: 'Accepted. With `Prefer: wait`, the order as it is by then.',
      headers: z.object({ Location: z.string(), 'Preference-Applied': z.string().optional() }),
      content: json(z.union([acceptedOrder, order])),
    },
    ...problems(
      'invalid_json',
      'invalid_order',
      'invalid_parameter',
      'invalid_idempotency_key',
      'idempotency_key_reused',
      'body_too_large',
      'unsupported_media_type',
      'overloaded',
    ),
  },
};

/** OpenAPI 3.1, made from the schemas that requests are parsed with. */
export const openApiDocument = (asksWho: boolean) =>
  createDocument({
    openapi: '3.1.0',
    info: {
      title: 'durable-orders',
      version: '1',
      description: 'Accepts an order in milliseconds and sees it through: stock, payment, confirmation, notification.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    tags: [
      { name: 'orders', description: 'Place orders, and see what became of them.' },
      { name: 'decisions', description: 'Stop an order, change it, or let it go on.' },
      { name: 'failures', description: 'What failed and why, in groups; and what is done about a group at once.' },
    ],
    ...(asksWho && SECURITY),
    paths: forCallers(asksWho, {
      '/api/orders': {
        post: placeOrder,
        get: {
          operationId: 'listOrders',
          tags: ['orders'],
          summary: 'List orders, newest first',
          requestParams: { query: listQuery },
          responses: { '200': { description: 'A page.', content: json(orderPage) }, ...problems('invalid_parameter') },
        },
      },
      '/api/orders/{id}': {
        get: {
          operationId: 'getOrder',
          tags: ['orders'],
          summary: 'One order: its status, its steps, and its failure',
          requestParams: { path: id },
          responses: {
            '200': { description: 'The order.', content: json(shownOrder) },
            ...problems('order_not_found'),
          },
        },
      },
      ...decisionPaths,
    }),
  });
