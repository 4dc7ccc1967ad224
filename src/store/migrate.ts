import { runner } from 'node-pg-migrate';

/** Brings the schema up to date; two at once wait for each other (advisory lock). Answers with what was applied. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const applied = await runner({
    databaseUrl,
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
    console.error(`The schema could not be brought up to date: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
