import postgres from 'postgres';

/** The names of all that a measurement makes, by what they are for: the contestant's orders, the reference services, Temporal's real server and its list of runs. */
export const DATABASES = {
  orders: 'bench',
  services: 'bench_services',
  temporal: 'bench_temporal',
  visibility: 'bench_temporal_visibility',
} as const;
export type DatabaseUse = keyof typeof DATABASES;

/** A contestant's database, as seen from outside. */
export class Database {
  readonly #sql: postgres.Sql;

  constructor(url: string) {
    this.#sql = postgres(url, { max: 1, onnotice: () => {}, idle_timeout: 1 });
  }

  /**
   * Transactions so far, reading ones too: in this database, and in those of a Temporal server beside it. PostgreSQL's counters lag
   * by up to a second while a session is busy.
   */
  async transactions(): Promise<{ own: number; temporal: number }> {
    const [row] = await this.#sql<{ own: number; temporal: number }[]>`
      select
        coalesce(sum(xact_commit) filter (where datname = current_database()), 0)::float8 as own,
        coalesce(sum(xact_commit) filter (where datname in (${DATABASES.temporal}, ${DATABASES.visibility})), 0)::float8 as temporal
      from pg_stat_database`;
    return row ?? { own: 0, temporal: 0 };
  }

  async count(table: string): Promise<number> {
    const [row] = await this.#sql<{ count: number }[]>`select count(*)::float8 as count from ${this.#sql(table)}`;
    return row?.count ?? 0;
  }

  /** How many of these orders are there; each is looked up by its id. */
  async countOrders(ids: string[]): Promise<number> {
    const [row] = await this.#sql<{ count: number }[]>`
      select count(*)::float8 as count from orders where order_id = any(${ids}::uuid[])`;
    return row?.count ?? 0;
  }

  /** When it was noted that an order's run has been started, in milliseconds since 1970; NaN where the order was settled before that. */
  async dispatchedAt(orderId: string): Promise<number> {
    const [row] = await this.#sql<{ at: Date | null }[]>`
      select dispatched_at as at from orders where order_id = ${orderId}::uuid`;
    return row?.at?.getTime() ?? NaN;
  }

  /** Settings that would let it answer before what it says is on disk. */
  async undurable(): Promise<string[]> {
    const rows = await this.#sql<{ name: string }[]>`
      select name from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes') and setting <> 'on'`;
    return rows.map(({ name }) => name);
  }

  /**
   * Makes the server's log as it is after some hours of use: its files (of `min_wal_size`) are there to be used again. In a new server who is measured
   * first would wait for each to be written full of zeros. Source: PostgreSQL's documentation, "WAL Configuration".
   */
  async useLogFiles(): Promise<void> {
    await this.#sql`select pg_logical_emit_message(false, 'bench', repeat('x', 1000000)) from generate_series(1, 600)`;
    await this.#sql`checkpoint`;
  }

  /** For filling tables with what a measurement needs to find there. */
  async run(statement: string): Promise<void> {
    await this.#sql.unsafe(statement);
  }

  close(): Promise<void> {
    return this.#sql.end({ timeout: 1 });
  }
}
