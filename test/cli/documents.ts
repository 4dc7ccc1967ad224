import { acceptedOrder, action, shownOrder } from '../../src/api/wire.ts';
import { bulk, failureGroups } from '../../src/api/wire-bulks.ts';
import type { Action, Bulk, FailureGroup, Order } from '../../src/cli/api/documents.ts';
import { STEPS } from '../../src/domain/lifecycle.ts';

export const ORDER_ID = '01a20ae7-7451-75ec-820e-d0999b3cebc5';
export const OTHER_ID = '01a20b1f-2765-7602-a2ed-e838197a50c0';
export const BULK_ID = '01a20c00-0000-7000-8000-000000000001';

const before = (ms: number, now = Date.now()) => new Date(now - ms).toISOString();

/** A confirmed order, held to what the API says it answers. */
export function anOrder(different: Partial<Order> = {}): Order {
  const now = Date.now(); // one: what lies between the two is 650 ms
  const order: Order = {
    order_id: ORDER_ID,
    status: 'confirmed',
    items: [{ product_id: 'sku-1', quantity: 2 }],
    amount: 4200,
    currency: 'EUR',
    accepted_at: before(180_000, now),
    settled_at: before(179_350, now),
    failed_at: null,
    steps: STEPS.map((step) => ({ step, state: 'done', attempts: 1 })),
    failure: null,
    links: {
      self: `/api/orders/${ORDER_ID}`,
      workflow: `http://127.0.0.1:8233/namespaces/default/workflows/order-${ORDER_ID}`,
    },
    amendments: 0,
    actions: [],
    ...different,
  };
  shownOrder.parse(order);
  return order;
}

export const aHeldOrder = (different: Partial<Order> = {}): Order =>
  anOrder({
    status: 'held',
    settled_at: null,
    failed_at: before(90_000),
    steps: [
      { step: 'deduct', state: 'done', attempts: 1 },
      { step: 'pay', state: 'failed', attempts: 5 },
      { step: 'confirm', state: 'waiting', attempts: 0 },
      { step: 'notify', state: 'waiting', attempts: 0 },
    ],
    failure: { code: 'service_unreachable', step: 'pay', detail: 'POST http://127.0.0.1:4002/pay: ECONNREFUSED' },
    ...different,
  });

export const accepted = (order_id: string, status: Order['status']) => acceptedOrder.parse({ order_id, status });

export function anAction(different: Partial<Action> = {}): Action {
  const recorded: Action = {
    action_id: OTHER_ID,
    at: before(60_000),
    action: 'retry',
    by: 'alice',
    reason: 'payments are back',
    order_id: ORDER_ID,
    bulk_id: null,
    failure_code: 'service_unreachable',
    step: 'pay',
    changes: null,
    outcome: 'taken',
    code: null,
    ...different,
  };
  action.parse(recorded);
  return recorded;
}

export function aGroup(different: Partial<FailureGroup> = {}): FailureGroup {
  const group: FailureGroup = {
    status: 'held',
    failure_code: 'service_unreachable',
    step: 'pay',
    count: 1204,
    first_seen: before(3 * 3_600_000),
    last_seen: before(120_000),
    sample: { order_id: ORDER_ID, detail: 'POST http://127.0.0.1:4002/pay: ECONNREFUSED' },
    last_action: null,
    ...different,
  };
  failureGroups.parse({ groups: [group] });
  return group;
}

export function aBulk(different: Partial<Bulk> = {}): Bulk {
  const operation: Bulk = {
    bulk_id: BULK_ID,
    action: 'retry',
    state: 'running',
    filter: { failure_code: 'service_unreachable', step: 'pay' },
    rate: 10,
    reason: 'payments are back',
    by: 'alice',
    total: 100,
    waiting: 100,
    asked: 0,
    done: 0,
    held_again: 0,
    skipped: 0,
    created_at: before(10_000),
    finished_at: null,
    links: {
      self: `/api/bulk/${BULK_ID}`,
      items: `/api/bulk/${BULK_ID}/items`,
      workflow: `http://127.0.0.1:8233/namespaces/default/workflows/bulk-${BULK_ID}`,
    },
    ...different,
  };
  bulk.parse(operation);
  return operation;
}
