import type { Posted } from '../load/posted.ts';

/** An order as the API shows it. */
export interface ShownOrder {
  order_id: string;
  status: string;
  items: { product_id: string; quantity: number; unit_amount?: number }[];
  amount: number;
  currency: string;
  metadata?: { key?: string };
  accepted_at: string;
  settled_at: string | null;
  failure: { code: string; step: string | null; detail: string } | null;
  links: { workflow: string };
}

/** A line of a service's ledger: one effect that happened. */
export interface Entry {
  idempotency_key: string;
  order_id: string;
  kind: 'deduct' | 'restore' | 'pay' | 'refund' | 'send';
  product_id?: string;
  quantity?: number;
  amount?: number;
  at: string;
}

/** How a run ended, as Temporal tells. */
export interface RunEnd {
  /** COMPLETED, RUNNING, FAILED, …; MISSING where there is none. */
  state: string;
  /** Of a completed one. */
  result: string | null;
}

export interface Stock {
  product_id: string;
  initial: number;
  on_hand: number;
  deducted: number;
}

export interface Sighting {
  status: string;
  settledAt: string | null;
  at: number;
}

/** Milliseconds since 1970. */
export interface Span {
  from: number;
  to: number;
}

/** Everything that is known after a run; the judgement is made from it alone. */
export interface Evidence {
  posted: Posted[];
  orders: ShownOrder[];
  /** By order. */
  runs: Map<string, RunEnd>;
  ledger: Entry[];
  stock: Stock[];
  seenSettled: Map<string, Sighting>;
  relapsed: Map<string, Sighting>;
  /** By order: from when the operator saw it held (or failed) until it asked that it go on. */
  held: Map<string, Span[]>;
  /** While these last, services were told to refuse: any order that was under way may have been rejected. */
  refusing: Span[];
}
