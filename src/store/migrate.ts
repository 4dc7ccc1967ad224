import { runner } from 'node-pg-migrate';
import { whyUntrusted, withTls } from './tls.ts';

/** Brings the schema up to date; two at once wait for each other (advisory lock). Answers with what was applied. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const { url: connectionString, tls } = withTls(databaseUrl);
  const applied = await runner({
    databaseUrl: { connectionString, ...(tls !== undefined && { ssl: tls }) },
    dir: `${import.meta.dirname}/migrations`,
    migrationsTable: 'migrations',
    direction: 'up',
    advisoryLockMode: 'wait',
    log: () => {},
  });
  return applied.map(({ name }) => name);
}

if (import.meta.main) {
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) {
    console.error('DATABASE_URL is not set: say which database to bring up to date.');
    process.exit(1);
  }
  try {
    const applied = await migrate(databaseUrl);
    console.log(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'The schema is up to date.');
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    const untrusted = whyUntrusted(error);
    console.error(`The schema could not be brought up to date: ${untrusted ? `PostgreSQL ${untrusted}` : why}`);
    process.exit(1);
  }
}
