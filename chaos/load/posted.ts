import type { PlannedOrder } from './planned-order.ts';

/** One request and what came back; times are milliseconds since 1970. */
export interface Attempt {
  what: 'post' | 'repeat' | 'conflict' | 'cancel' | 'look';
  at: number;
  tookMs: number;
  url: string;
  /** 0: no answer, so that it is not known what happened. */
  status: number;
  orderId?: string;
  /** The problem's code, or why there was no answer. */
  why?: string;
  /** Where the answer showed the order settled. */
  shown?: { status: string; settledAt: string };
}

/** An order as its client has seen it. */
export interface Posted extends PlannedOrder {
  /** When it should have been posted: what a stall delays counts from here. */
  dueAt: number;
  attempts: Attempt[];
  /** Of the first 201; whoever waits for the outcome has that late. */
  orderId?: string;
  acceptedAt?: number;
}

/** What the client was told last when it asked for the cancellation. */
export const cancelAnswer = ({ attempts }: Posted): number | undefined =>
  attempts.findLast(({ what, status }) => what === 'cancel' && status !== 0)?.status;
