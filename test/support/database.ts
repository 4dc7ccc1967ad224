import { randomBytes } from 'node:crypto';
import { dropDatabase, makeDatabase } from '../../local/postgres/database.ts';

export interface TestDatabase {
  url: string;
  /** Also with connections still open. */
  drop(): Promise<void>;
}

/** An empty database of its own for a test, on the PostgreSQL that the global setup has started. */
export async function createDatabase(): Promise<TestDatabase> {
  const server = process.env.TEST_POSTGRES_URL;
  if (!server)
    throw new Error('TEST_POSTGRES_URL is not set: Jest runs without its globalSetup, postgres-for-tests.ts');
  const url = new URL(server);
  url.pathname = `/test_${randomBytes(6).toString('hex')}`;
  await makeDatabase(url.href);
  return { url: url.href, drop: () => dropDatabase(url.href) };
}
