import type { Entry, Evidence, ShownOrder } from '../../chaos/judge/evidence.ts';
import { passagesOf } from '../../chaos/judge/passage.ts';
import type { Attempt, Posted } from '../../chaos/load/posted.ts';
import type { Findings } from '../../chaos/run.ts';

export const ID = '019ab000-0000-7000-8000-000000000001';
const ACCEPTED_AT = '2026-01-01T00:00:00.000Z';
const POSTED_AT = Date.parse(ACCEPTED_AT) - 5;
const ITEM = { product_id: 'sku-1', quantity: 2, unit_amount: 2100 };

export const attempt = (overrides: Partial<Attempt> = {}): Attempt => ({
  ...{ what: 'post', at: POSTED_AT, tookMs: 5, url: 'http://api-1', status: 201, orderId: ID },
  ...overrides,
});

export const posted = (overrides: Partial<Posted> = {}): Posted => ({
  ...{ key: 'order-0', kind: 'normal', body: { items: [ITEM], metadata: { key: 'order-0' } } },
  ...{ dueAt: POSTED_AT, attempts: [attempt()], orderId: ID, acceptedAt: POSTED_AT + 5 },
  ...overrides,
});

export const order = (overrides: Partial<ShownOrder> = {}): ShownOrder => ({
  ...{ order_id: ID, status: 'confirmed', items: [ITEM], amount: 4200, currency: 'EUR' },
  ...{ metadata: { key: 'order-0' }, accepted_at: ACCEPTED_AT, settled_at: '2026-01-01T00:00:01.000Z', failure: null },
  ...{ links: { workflow: `http://ui/workflows/order-${ID}` } },
  ...overrides,
});

const at = '2026-01-01T00:00:00.500Z';
export const DEDUCT: Entry = {
  idempotency_key: `${ID}:deduct:1`,
  order_id: ID,
  kind: 'deduct',
  product_id: 'sku-1',
  quantity: 2,
  at,
};
export const RESTORE: Entry = { ...DEDUCT, idempotency_key: `${ID}:restore:1`, kind: 'restore' };
export const PAY: Entry = { idempotency_key: `${ID}:pay`, order_id: ID, kind: 'pay', amount: 4200, at };
export const REFUND: Entry = { ...PAY, idempotency_key: `${ID}:refund`, kind: 'refund' };
export const SEND: Entry = { idempotency_key: `${ID}:notify`, order_id: ID, kind: 'send', at };

/** One order, posted and confirmed as it should be; a test states only what differs. */
export const evidence = (overrides: Partial<Evidence> = {}): Evidence => ({
  ...{ posted: [posted()], orders: [order()], runs: new Map([[ID, { state: 'COMPLETED', result: 'confirmed' }]]) },
  ...{ ledger: [DEDUCT, PAY, SEND], stock: [{ product_id: 'sku-1', initial: 100, on_hand: 98, deducted: 2 }] },
  ...{ seenSettled: new Map(), relapsed: new Map(), held: new Map(), refusing: [] },
  ...overrides,
});

/** Of a run that has found nothing. */
export const findings = (overrides: Partial<Findings> = {}): Findings => {
  const found = overrides.evidence ?? evidence();
  return {
    ...{ evidence: found, passages: passagesOf(found), episodes: [], recovered: [], usual: 1, retried: 0 },
    ...{ settledAfterMs: 0, violations: [], shortcomings: [], ownEnds: [] },
    ...overrides,
  };
};

/** The same order, when it ended otherwise: everything is given back. */
export const undone = (status: 'rejected' | 'cancelled', overrides: Partial<Evidence> = {}): Evidence =>
  evidence({
    posted: [posted({ kind: status === 'cancelled' ? 'cancelled' : 'limited stock' })],
    orders: [
      order({
        status,
        failure:
          status === 'rejected' ? { code: 'out_of_stock', step: 'deduct', detail: 'inventory /deduct: 409' } : null,
      }),
    ],
    runs: new Map([[ID, { state: 'COMPLETED', result: status }]]),
    ledger: [DEDUCT, PAY, REFUND, RESTORE],
    stock: [{ product_id: 'sku-1', initial: 100, on_hand: 100, deducted: 0 }],
    ...overrides,
  });
