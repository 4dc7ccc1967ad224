import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { withTls } from './tls.ts';

export type Sql = postgres.Sql;

const PATIENCE_AT_START_MS = 10_000;

/** A pool whose search path is the service's own schema. */
export function openDatabase(databaseUrl: string, schema: string): Sql {
  const { url, ssl } = withTls(databaseUrl);
  return postgres(url, {
    ...(ssl !== undefined && { ssl }),
    max: 10,
    connect_timeout: 3,
    backoff: () => 0.2, // the default grows to 20 s: too slow to recover when PostgreSQL is back
    fetch_types: false,
    onnotice: () => {}, // "already exists, skipping" at every start
    connection: {
      search_path: schema,
      application_name: `durable-orders-${schema}`,
      // postgres.js 3.4.9 may never send a short start-up message on a connection that had closed while writing.
      'durable_orders.long_startup': 'x'.repeat(1024),
    },
  });
}

/** Creates what is missing; waits for a PostgreSQL that is still on its way up. */
export async function prepareDatabase(sql: Sql, schema: string, definitions: URL[]): Promise<void> {
  const texts = await Promise.all(definitions.map((file) => readFile(file, 'utf8')));
  const deadline = Date.now() + PATIENCE_AT_START_MS;
  for (;;) {
    try {
      return await createSchema(sql, schema, texts);
    } catch (error) {
      if (!isUnavailable(error) || Date.now() > deadline) throw error;
      await pause(200);
    }
  }
}

async function createSchema(sql: Sql, schema: string, texts: string[]): Promise<void> {
  await sql.begin(async (tx) => {
    // "if not exists" does not keep two starts from colliding in the catalog; the lock does.
    await tx`select pg_advisory_xact_lock(hashtextextended('durable-orders:services', 0))`;
    await tx.unsafe(`create schema if not exists ${schema}`);
    for (const text of texts) await tx.unsafe(text);
  });
}

/** Lost or refused connections, shutdowns, starts, deadlocks: SQLSTATE classes, postgres.js' codes, and Node's. */
export function isUnavailable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^(08|40|53|57|58|CONNECT|E[A-Z])/.test(code);
}
