import type { OrderStatus, Step, StepProgress } from '../../domain/lifecycle.ts';
import type { OrderItem } from '../../domain/order.ts';

/** What the API answers, as far as the command line reads it. Codes are text here: a newer API may know more of them. */

export interface AcceptedOrder {
  order_id: string;
  status: OrderStatus;
}

export interface Order extends AcceptedOrder {
  items: OrderItem[];
  amount: number;
  currency: string;
  metadata?: Record<string, string>;
  accepted_at: string;
  settled_at: string | null;
  /** Since when it is held or failed. */
  failed_at?: string | null;
  steps: StepProgress[];
  failure: { code: string; step: Step | null; detail: string } | null;
  links: { self: string; workflow: string };
  /** Of a single order only, as is `actions`. */
  amendments?: number;
  actions?: Action[];
}

export interface Action {
  action_id: string;
  at: string;
  action: string;
  by: string;
  reason: string | null;
  outcome: 'taken' | 'refused' | 'unknown';
  code: string | null;
  bulk_id: string | null;
  /** JSON Pointers to what was amended. */
  changes: string[] | null;
  order_id: string | null;
  /** Of the order or the group, when it was decided. */
  failure_code: string | null;
  step: Step | null;
}

export interface FailureGroup {
  status: 'held' | 'failed';
  failure_code: string;
  step: Step | null;
  count: number;
  first_seen: string;
  last_seen: string;
  sample: { order_id: string; detail: string };
  last_action: Action | null;
}

export interface GroupFilter {
  failure_code?: string;
  step?: Step;
  status?: 'held' | 'failed';
}

export interface StartedBulk {
  bulk_id: string;
  total: number;
}

export interface Bulk extends StartedBulk {
  action: 'retry' | 'cancel';
  state: 'waiting' | 'running' | 'paused' | 'stopped' | 'done';
  filter: GroupFilter;
  /** Orders per second. */
  rate: number;
  reason: string | null;
  by: string;
  /** No outcome yet; `asked` of them were let go on already. */
  waiting: number;
  asked: number;
  done: number;
  held_again: number;
  skipped: number;
  created_at: string;
  finished_at: string | null;
  links: { self: string; items: string; workflow: string };
}

export interface BulkItem {
  order_id: string;
  outcome: string;
  order_status: OrderStatus | null;
  failure_code: string | null;
  at: string | null;
}

/** Source: RFC 9457, and members of our own beside the standard ones. */
export interface ProblemDocument {
  status: number;
  code: string;
  title: string;
  detail: string;
  instance?: string;
  errors?: { pointer: string; code: string; detail: string }[];
  order_status?: OrderStatus;
  decided?: { action: string; by: string; at: string };
  bulk_state?: string;
  error_id?: string;
}
