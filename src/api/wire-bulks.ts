import { z } from 'zod';
import { BULK_ACTIONS, BULK_STATES, ITEM_OUTCOMES } from '../domain/bulk.ts';
import { ORDER_STATUSES, STEPS } from '../domain/lifecycle.ts';
import { action } from './wire.ts';

const { failure_code: nullableCode } = action.shape;
const failureCode = nullableCode.unwrap();

export const failureGroups = z
  .object({
    groups: z.array(
      z.object({
        status: z.enum(['held', 'failed']),
        failure_code: failureCode,
        step: z.enum(STEPS).nullable(),
        count: z.int().min(1),
        first_seen: z.iso.datetime(),
        last_seen: z.iso.datetime(),
        sample: z.object({ order_id: z.uuid(), detail: z.string() }).meta({ description: 'The newest.' }),
        last_action: action.nullable().meta({ description: 'What was last decided about orders of this group.' }),
      }),
    ),
  })
  .meta({ id: 'FailureGroups' });

export const actionPage = z
  .object({ actions: z.array(action), next_cursor: z.uuid().nullable() })
  .meta({ id: 'ActionPage' });

export const acceptedBulk = z.object({ bulk_id: z.uuid(), total: z.int().min(0) }).meta({ id: 'AcceptedBulk' });

const count = z.int().min(0);

export const bulk = z
  .object({
    bulk_id: z.uuid(),
    action: z.enum(BULK_ACTIONS),
    state: z.enum(BULK_STATES),
    filter: z.object({
      failure_code: failureCode.optional(),
      step: z.enum(STEPS).optional(),
      status: z.enum(['held', 'failed']).optional(),
    }),
    rate: z.int().min(1).meta({ description: 'Orders per second.' }),
    reason: z.string().nullable(),
    by: z.string(),
    total: count,
    waiting: count.meta({ description: 'No outcome yet.' }),
    asked: count.meta({ description: 'Those of the waiting that were let go on already.' }),
    done: count.meta({ description: 'Settled.' }),
    held_again: count,
    skipped: count.meta({ description: 'No longer held or failed when their turn came.' }),
    created_at: z.iso.datetime(),
    finished_at: z.iso.datetime().nullable(),
    links: z.object({ self: z.string(), items: z.string(), workflow: z.url() }),
  })
  .meta({ id: 'Bulk' });

export const bulkPage = z.object({ bulks: z.array(bulk), next_cursor: z.uuid().nullable() }).meta({ id: 'BulkPage' });

export const bulkItems = z
  .object({
    items: z.array(
      z.object({
        order_id: z.uuid(),
        outcome: z.enum(ITEM_OUTCOMES),
        order_status: z.enum(ORDER_STATUSES).nullable(),
        failure_code: failureCode.nullable(),
        at: z.iso.datetime().nullable(),
      }),
    ),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'BulkItems' });
