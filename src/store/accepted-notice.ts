import { setTimeout as pause } from 'node:timers/promises';
import { ACCEPTED_CHANNEL } from '../domain/names.ts';
import type { Sql } from './connect.ts';
import { GroupCommit } from './group-commit.ts';
import { type Insertion, insertOrders, type NewOrder } from './insert-orders.ts';

/** While orders keep coming the relays have enough to do, and need not be woken for each. */
const GAP_MS = 5;

/**
 * Stores orders and wakes the relays. A transaction that notifies holds a lock of the whole server until it is on disk (PostgreSQL,
 * src/backend/commands/async.c), so that of two groups one would wait for the other's fsync. A group that begins alone notifies itself,
 * which is soonest; one that begins beside another does not: a notice for it, and for those that come meanwhile, follows its commit, and
 * nobody waits for it. If it is lost the relays see the orders at their next look.
 */
export class AcceptedNotice {
  readonly #sql: Sql;
  /** Of groups that are stored, one at a time: what comes meanwhile is told by the next. */
  readonly #notices: GroupCommit<undefined, undefined>;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#notices = new GroupCommit(
      async (groups) => {
        await sql`SELECT pg_notify(${ACCEPTED_CHANNEL}, '')`.catch(() => {});
        await pause(GAP_MS);
        return groups;
      },
      { concurrency: 1 },
    );
  }

  /** Resolves after COMMIT. */
  async store(orders: NewOrder[], isAlone: boolean): Promise<Insertion[]> {
    try {
      return await insertOrders(this.#sql, orders, { wakes: isAlone });
    } finally {
      // Of what has failed some may be stored. Where too many wait to be told of, the next notice tells of this one too.
      if (!isAlone) this.#notices.add(undefined).catch(() => {});
    }
  }
}
