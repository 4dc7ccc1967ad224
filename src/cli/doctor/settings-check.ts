import type { Finding } from './finding.ts';
import { embeddedDatabaseUrl, PORT_SETTINGS } from './places.ts';

const CHECK = 'settings';

/** Those of API and worker by their own schemas, and the ports of what `npm start` brings up. */
export async function checkSettings(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const { apiSettings, workerSettings, readSettings, SettingsError } = await import('../../config.ts');
  const complete = { ...env, DATABASE_URL: env.DATABASE_URL || embeddedDatabaseUrl(env) };
  const complaints = [apiSettings, workerSettings].flatMap((schema) => {
    try {
      readSettings(schema, complete);
      return [];
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      return error.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim());
    }
  });
  const wrong = [...new Set([...complaints, ...portComplaints(env), ...(await keysComplaints(env))])];
  if (wrong.length > 0)
    return [{ check: CHECK, state: 'failed', found: wrong.join('; '), todo: 'Correct them: .env.example has each.' }];

  const known = [...Object.keys({ ...apiSettings.shape, ...workerSettings.shape }), ...PORT_SETTINGS];
  const set = known.filter((name) => env[name]).toSorted();
  const found =
    set.length > 0
      ? `${set.join(', ')} ${set.length === 1 ? 'is' : 'are'} set and valid`
      : 'none is set: as "npm start" has them';
  return [{ check: CHECK, state: 'ok', found }];
}

async function keysComplaints({ PAYLOAD_KEYS_FILE: file }: NodeJS.ProcessEnv): Promise<string[]> {
  if (!file) return [];
  const { keysIn } = await import('../../encryption/keys-file.ts');
  try {
    keysIn(file);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

const portComplaints = (env: NodeJS.ProcessEnv): string[] =>
  PORT_SETTINGS.filter((name) => env[name] && !isPort(env[name])).map((name) => `${name}: must be a port`);

const isPort = (text: string): boolean => /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
