import { z } from 'zod';
import { ACTIONS } from '../domain/actions.ts';
import { FAILURES, type FailureCode } from '../domain/failures.ts';
import { ORDER_STATUSES, STEPS } from '../domain/lifecycle.ts';

/** What the API answers, for the OpenAPI document; the tests hold real answers to it. */

export const orderStatus = z.enum(ORDER_STATUSES).meta({ id: 'OrderStatus' });

export const failureCode = z.enum(Object.keys(FAILURES) as FailureCode[]);

export const acceptedOrder = z
  .object({ order_id: z.uuid(), status: orderStatus })
  .meta({ id: 'AcceptedOrder', description: 'The order is stored and will be seen through.' });

export const order = z
  .object({
    order_id: z.uuid(),
    status: orderStatus,
    items: z.array(z.object({ product_id: z.string(), quantity: z.int(), unit_amount: z.int().optional() })),
    amount: z.int().meta({ description: 'In the minor unit of `currency`.' }),
    currency: z.string(),
    metadata: z.record(z.string(), z.string()).optional(),
    accepted_at: z.iso.datetime(),
    settled_at: z.iso.datetime().nullable(),
    failed_at: z.iso.datetime().nullable().meta({ description: 'Since when it is held or failed.' }),
    steps: z.array(
      z.object({
        step: z.enum(STEPS),
        state: z.enum(['waiting', 'running', 'done', 'failed', 'undone']),
        attempts: z.int().min(0),
      }),
    ),
    failure: z
      .object({
        code: failureCode,
        step: z.enum(STEPS).nullable(),
        detail: z.string(),
      })
      .nullable(),
    amendments: z.int().min(0).meta({ description: 'How often an operator has amended it.' }),
    links: z.object({ self: z.string(), workflow: z.url() }),
  })
  .meta({ id: 'Order' });

export const action = z
  .object({
    action_id: z.uuid(),
    at: z.iso.datetime(),
    action: z.enum(ACTIONS),
    by: z.string().meta({ description: 'Client identity.' }),
    reason: z.string().nullable(),
    order_id: z.uuid().nullable(),
    bulk_id: z.uuid().nullable().meta({ description: 'The bulk operation that it is, or was part of.' }),
    failure_code: failureCode.nullable().meta({ description: 'Of the order or group, when this was decided.' }),
    step: z.enum(STEPS).nullable(),
    changes: z.array(z.string()).nullable().meta({ description: 'Of an amendment: JSON Pointers to what it changed.' }),
    outcome: z.enum(['taken', 'refused', 'unknown']),
    code: failureCode.nullable().meta({ description: 'Why it was refused.' }),
  })
  .meta({ id: 'Action' });

export const shownOrder = order
  .extend({ actions: z.array(action).meta({ description: 'What was decided about it, oldest first.' }) })
  .meta({ id: 'ShownOrder' });

export const orderPage = z
  .object({ orders: z.array(order), next_cursor: z.uuid().nullable() })
  .meta({ id: 'OrderPage' });

const pointer = z.string().meta({
  description: 'RFC 6901: into the body, empty where it is all of it; for a parameter or a header, `/` and its name.',
});

export const problem = z
  .looseObject({
    type: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable; see docs/failures.md.' }),
    title: z.string(),
    detail: z.string(),
    instance: z.string().optional(),
    errors: z
      .array(z.object({ pointer, code: z.string(), detail: z.string() }))
      .optional()
      .meta({ description: 'What is wrong with what was sent.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457; title and detail in the language of Accept-Language.' });
