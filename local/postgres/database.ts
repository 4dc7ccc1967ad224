import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';

const DUPLICATE_DATABASE = '42P04';

/** Resolves when the server answers and has the database that the URL names. */
export async function databaseReady(url: string, signal?: AbortSignal): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await makeDatabase(url);
    } catch {
      await pause(50, undefined, { signal }); // not listening yet, or still starting up
    }
  }
}

/** Makes the database that the URL names, where there is none. */
export async function makeDatabase(url: string): Promise<void> {
  await onServer(url, async (sql) => {
    await sql`create database ${sql(nameOf(url))}`.catch((error) => {
      if (error.code !== DUPLICATE_DATABASE) throw error;
    });
  });
}

/** Drops the database that the URL names, with whoever is still connected. */
export async function dropDatabase(url: string): Promise<void> {
  await onServer(url, (sql) => sql`drop database if exists ${sql(nameOf(url))} with (force)`);
}

async function onServer(url: string, work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  const sql = postgres(maintenance.href, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

const nameOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1));
