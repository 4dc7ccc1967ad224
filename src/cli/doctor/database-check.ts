import { readdir } from 'node:fs/promises';
import { whyOf } from '../api/answers.ts';
import { type Finding, WITHIN_MS } from './finding.ts';
import { type Place, startIt } from './places.ts';

const CHECK = 'PostgreSQL';
const MIGRATIONS = new URL('../../store/migrations/', import.meta.url);

/** Whether PostgreSQL answers, and has the schema of this version. Nothing is written. */
export async function checkDatabase(place: Place): Promise<Finding[]> {
  const shown = addressOf(place.url);
  if (!shown) return [{ check: CHECK, state: 'failed', found: 'DATABASE_URL is no URL', todo: 'Correct it.' }];
  try {
    return [schemaFinding(shown, await appliedIn(place.url), await knownMigrations())];
  } catch (error) {
    const found = `can't be reached at ${shown} (${whyOf(error, WITHIN_MS)})`;
    return [{ check: CHECK, state: 'failed', found, todo: startIt(place) }];
  }
}

/** Without the password. */
function addressOf(databaseUrl: string): string | null {
  const url = URL.parse(databaseUrl);
  return url && `${url.host}${url.pathname}`;
}

async function appliedIn(databaseUrl: string): Promise<string[]> {
  const { connect } = await import('../../store/connect.ts');
  const { appliedMigrations } = await import('../../store/applied-migrations.ts');
  const sql = connect(databaseUrl, { max: 1, statementTimeoutMs: WITHIN_MS, applicationName: 'durable-orders-doctor' });
  const tooLate = setTimeout(() => void sql.end({ timeout: 0 }), WITHIN_MS - 100);
  try {
    return await appliedMigrations(sql);
  } finally {
    clearTimeout(tooLate);
    await sql.end({ timeout: 0 });
  }
}

const knownMigrations = async (): Promise<string[]> =>
  (await readdir(MIGRATIONS))
    .flatMap((file) => (file.endsWith('.sql') ? [file.slice(0, -'.sql'.length)] : []))
    .toSorted();

function schemaFinding(shown: string, applied: string[], known: string[]): Finding {
  const missing = known.filter((name) => !applied.includes(name));
  const unknown = applied.filter((name) => !known.includes(name));
  if (missing.length > 0) {
    const found = `${shown} answers, but its schema lacks ${missing.join(', ')}`;
    return { check: CHECK, state: 'failed', found, todo: 'Bring it up to date: npm run migrate.' };
  }
  if (unknown.length > 0) {
    const found = `${shown} answers; its schema is newer than this version (${unknown.join(', ')})`;
    return { check: CHECK, state: 'warning', found, todo: 'Run the version that it belongs to.' };
  }
  return { check: CHECK, state: 'ok', found: `${shown} answers, its schema is up to date` };
}
