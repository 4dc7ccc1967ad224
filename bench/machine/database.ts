import postgres from 'postgres';

/** A contestant's database, as seen from outside. */
export class Database {
  readonly #sql: postgres.Sql;

  constructor(url: string) {
    this.#sql = postgres(url, { max: 1, onnotice: () => {}, idle_timeout: 1 });
  }

  /** Transactions so far, reading ones too. PostgreSQL's counters lag by up to a second while a session is busy. */
  async transactions(): Promise<number> {
    const [row] = await this.#sql<{ count: number }[]>`
      select xact_commit::float8 as count from pg_stat_database where datname = current_database()`;
    return row?.count ?? 0;
  }

  async count(table: string): Promise<number> {
    const [row] = await this.#sql<{ count: number }[]>`select count(*)::float8 as count from ${this.#sql(table)}`;
    return row?.count ?? 0;
  }

  /** For filling tables with what a measurement needs to find there. */
  async run(statement: string): Promise<void> {
    await this.#sql.unsafe(statement);
  }

  close(): Promise<void> {
    return this.#sql.end({ timeout: 1 });
  }
}
