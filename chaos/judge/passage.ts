import type { Evidence, Span } from './evidence.ts';

/** A settled order's way; times in milliseconds since 1970. */
export interface Passage {
  orderId: string;
  dueAt: number;
  /** Its 201 came; where that was to wait for the outcome: it was stored. */
  acceptedAt: number;
  /** Then how long a 201 takes can't be told from it. */
  isWaitedFor: boolean;
  settledAt: number;
  /** Waited for the operator. */
  held: Span[];
}

/** Of the orders that were answered 201 and have settled. */
export function passagesOf({ posted, orders, held }: Evidence): Passage[] {
  const byId = new Map(orders.map((order) => [order.order_id, order]));
  return posted.flatMap(({ dueAt, acceptedAt: answeredAt, orderId = '', waitSeconds }) => {
    const order = byId.get(orderId);
    if (answeredAt === undefined || !order?.settled_at) return [];
    const isWaitedFor = waitSeconds !== undefined;
    const acceptedAt = isWaitedFor ? Date.parse(order.accepted_at) : answeredAt;
    const settledAt = Date.parse(order.settled_at);
    return [{ orderId, dueAt, acceptedAt, isWaitedFor, settledAt, held: held.get(orderId) ?? [] }];
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
