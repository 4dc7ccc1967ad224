import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import type { RunningSystem } from './running-system.ts';
import { until } from './until.ts';

/** One execution of one SQL statement by the API or the worker. */
export interface Statement {
  by: 'api' | 'worker';
  text: string;
  /** UUIDs among its parameters. */
  ids: string[];
  /** The transaction in which it wrote; null where it found nothing to write. */
  transaction: string | null;
}

const SETTINGS = {
  log_line_prefix: '%a|%x|',
  // Logged when a statement is done, and known whether it wrote: `log_statement` is too early for that.
  log_min_duration_statement: '0',
  log_parameter_max_length: '-1',
};

const BEGINNING = /^(?=[^|\n]*\|\d+\|LOG: )/m;
/** Parsing and binding have entries of their own, which don't count. */
const EXECUTION = /^durable-orders-(api|worker)\|(\d+)\|LOG: +duration: \S+ ms +(?:execute [^:]*|statement): (.*)/s;
const PARAMETERS = /^[^|\n]*\|\d+\|DETAIL: /m;
const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;

/**
 * What the API and the worker have PostgreSQL do, statement by statement, from PostgreSQL's own log. It writes each
 * entry before the client has its answer; who reads meanwhile may see a part of the last one.
 */
export class StatementLog {
  readonly #path: string;
  readonly #sql: postgres.Sql;
  #from = 0;

  private constructor(system: RunningSystem) {
    this.#path = join(system.dataDir, 'logs', 'postgres.log');
    this.#sql = postgres(`postgres://postgres@127.0.0.1:${system.ports.POSTGRES_PORT}/durable_orders`, { max: 1 });
  }

  static async of(system: RunningSystem): Promise<StatementLog> {
    const log = new StatementLog(system);
    for (const [name, value] of Object.entries(SETTINGS)) await log.run(`ALTER SYSTEM SET ${name} = '${value}'`);
    await log.run('SELECT pg_reload_conf()');
    await until(() => log.statements().length > 0); // the worker polls every second
    return log;
  }

  /** A statement of the test's own, which is not among the others. */
  async run(statement: string): Promise<void> {
    await this.#sql.unsafe(statement);
  }

  /** Forgets what was until now. */
  begin(): void {
    this.#from = statSync(this.#path).size;
  }

  statements(): Statement[] {
    const written = readFileSync(this.#path).subarray(this.#from).toString();
    const entries = written.split(BEGINNING);
    if (!isWhole(entries.at(-1) as string)) entries.pop();
    return entries.flatMap((entry) => {
      const [, by, transaction, text = ''] = EXECUTION.exec(entry) ?? [];
      return by ? [statementOf(by as Statement['by'], transaction as string, text)] : [];
    });
  }

  async close(): Promise<void> {
    await this.#sql.end();
  }
}

/** One with parameters ends with them. */
const isWhole = (entry: string): boolean =>
  entry.endsWith('\n') && (!EXECUTION.exec(entry)?.[3]?.includes('$1') || PARAMETERS.test(entry));

function statementOf(by: Statement['by'], transaction: string, logged: string): Statement {
  const [text = '', parameters = ''] = logged.split(PARAMETERS);
  return {
    by,
    text: text.trim().replace(/\s+/g, ' '),
    ids: parameters.match(UUID) ?? [],
    transaction: transaction === '0' ? null : transaction,
  };
}
