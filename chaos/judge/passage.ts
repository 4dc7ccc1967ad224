import type { Evidence, Span } from './evidence.ts';

/** A settled order's way; times in milliseconds since 1970. */
export interface Passage {
  orderId: string;
  dueAt: number;
  acceptedAt: number;
  settledAt: number;
  /** Waited for the operator. */
  held: Span[];
}

/** Of the orders that were answered 201 and have settled. */
export function passagesOf({ posted, orders, held }: Evidence): Passage[] {
  const settled = new Map(orders.map(({ order_id, settled_at }) => [order_id, settled_at]));
  return posted.flatMap(({ dueAt, acceptedAt, orderId = '' }) => {
    const settledAt = Date.parse(settled.get(orderId) ?? '');
    if (acceptedAt === undefined || Number.isNaN(settledAt)) return [];
    return [{ orderId, dueAt, acceptedAt, settledAt, held: held.get(orderId) ?? [] }];
  });
}

/**
 * How long it took the system: what an order spends held is the operator's time, and does not count; all before and all
 * after does, and that it was held once does not set the clock back.
 * @param since its 201, or later
 */
export function wayMs({ acceptedAt, settledAt, held }: Passage, since = acceptedAt): number {
  const heldMs = held.map(({ from, to }) => Math.max(0, Math.min(to, settledAt) - Math.max(from, since)));
  return settledAt - since - heldMs.reduce((sum, ms) => sum + ms, 0);
}
