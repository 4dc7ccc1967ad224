/** An operation on many orders: what was asked for, and how far it is. */

export const BULK_ACTIONS = ['retry', 'cancel'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** What an operator wants of it. */
export type BulkWanted = 'running' | 'paused' | 'stopped';

/** `waiting`: no worker has begun it yet. `stopped` asks no more orders, and follows those it has asked to their outcome. */
export const BULK_STATES = ['waiting', 'running', 'paused', 'stopped', 'done'] as const;
export type BulkState = (typeof BULK_STATES)[number];

/**
 * Of one order in it.
 * - waiting: not asked yet. asked: let go on, and not settled or held again yet.
 * - done: settled. held_again: held or failed once more.
 * - skipped: not touched, since it was no longer held or failed when its turn came, or did not answer.
 */
export const ITEM_OUTCOMES = ['waiting', 'asked', 'done', 'held_again', 'skipped'] as const;
export type ItemOutcome = (typeof ITEM_OUTCOMES)[number];

/** Orders by outcome. `waiting`: none yet; `asked` are those of them that were let go on already. */
export type BulkCounts = Record<ItemOutcome, number>;

/** Orders per second: what was too much for the services once should not meet them at full speed again. */
export const DEFAULT_RATE = 10;
export const MAX_RATE = 500;
