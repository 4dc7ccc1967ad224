import postgres from 'postgres';
import { whyUntrusted, withTls } from './tls.ts';

export type Sql = postgres.Sql;

/**
 * A pool. A statement that PostgreSQL does not finish in `statementTimeoutMs` fails there, so that a stuck database
 * shows as an error and not as a pile of waiting callers.
 */
export function connect(
  databaseUrl: string,
  { max = 10, statementTimeoutMs = 10_000, applicationName = 'durable-orders' } = {},
): Sql {
  const { url, tls } = withTls(databaseUrl);
  return postgres(url, {
    ...(tls !== undefined && { ssl: tls }),
    max,
    connect_timeout: 5,
    idle_timeout: 0,
    backoff: (retries: number) => Math.min(0.1 * 2 ** retries, 1),
    connection: {
      application_name: applicationName,
      statement_timeout: statementTimeoutMs,
      // A connection that closes with a write pending leaves that write's timer set (postgres.js 3.4.9), and what it writes
      // when it connects again is never sent, unless it is long enough to be sent at once. So it is: else one of the
      // pool's connections would be lost, and its queries with it, until the process is started again.
      'durable_orders.long_startup': 'x'.repeat(1024),
    },
    onnotice: () => {},
    // Asking every new connection for its array types ends the process where the connection is lost just then
    // (porsager/postgres#1192). Statements use the two kinds below.
    fetch_types: false,
    types: { textArray: arrayOf(TEXT_ARRAY), uuidArray: arrayOf(UUID_ARRAY) },
  }) as unknown as Sql;
}

/** Fixed in PostgreSQL's catalog (`pg_type.dat`). */
const TEXT_ARRAY = 1009;
const UUID_ARRAY = 2951;

/** An array as a literal. Source: PostgreSQL, 8.15.6. */
const arrayOf = (oid: number) => ({
  to: oid,
  from: [],
  serialize: (items: (string | null)[]) =>
    `{${items.map((item) => (item === null ? 'NULL' : `"${item.replace(/["\\]/g, '\\$&')}"`)).join()}}`,
  parse: (literal: string) => literal,
});

/** PostgreSQL did not answer, as opposed to: it refused the statement. Source: PostgreSQL, appendix A (error codes). */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  return (
    /^(CONNECT|CONNECTION|ECONN|EPIPE|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT)/.test(code) || /^(08|53|57|40)/.test(code)
  );
}

/** The row itself can't be stored (SQLSTATE classes 22 and 23): trying it again does not help. */
export const isDataError = (error: unknown): boolean => /^2[23]/.test(codeOf(error));

/** PostgreSQL's, postgres.js' or Node's. */
const codeOf = (error: unknown): string => String((error as { code?: unknown } | null | undefined)?.code ?? '');

/** Whether PostgreSQL answers at all. */
export const answers = (sql: Sql): Promise<boolean> =>
  sql`SELECT 1`.then(
    () => true,
    () => false,
  );

/** @throws one sentence that says what to do */
export async function ensureReachable(sql: Sql): Promise<void> {
  const { host, port } = sql.options;
  try {
    const [row] = await sql<{ orders: string | null }[]>`SELECT to_regclass('orders') AS orders`;
    if (row?.orders) return;
  } catch (error) {
    const why = error instanceof Error ? error.message || ('code' in error ? error.code : error.name) : error;
    const untrusted = whyUntrusted(error);
    if (untrusted) throw new Error(`PostgreSQL at ${host}:${port} ${untrusted}.`);
    throw new Error(`PostgreSQL can't be reached at ${host}:${port}: start it, or set DATABASE_URL (${why}).`);
  }
  throw new Error(`The database at ${host}:${port} has no orders table yet: run "npm run migrate".`);
}
