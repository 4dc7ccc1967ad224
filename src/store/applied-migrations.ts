import type { Sql } from './connect.ts';

const UNDEFINED_TABLE = '42P01';

/** Names of the migrations that a database has; none where it is not one of orders. */
export async function appliedMigrations(sql: Sql): Promise<string[]> {
  try {
    const rows = await sql<{ name: string }[]>`SELECT name FROM migrations ORDER BY id`;
    return rows.map(({ name }) => name);
  } catch (error) {
    if ((error as { code?: string }).code === UNDEFINED_TABLE) return [];
    throw error;
  }
}
