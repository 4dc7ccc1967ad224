import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PLUGIN, type Store } from './stores.ts';

const run = promisify(execFile);

/**
 * Creates what is missing of the databases and of their tables; leaves alone what is there.
 * Source: docs.temporal.io, Upgrade the Temporal Server, "Upgrade SQL-based schema".
 */
export async function ensureSchema(sqlTool: string, stores: Store[], signal: AbortSignal): Promise<void> {
  for (const store of stores) {
    const tool = (...args: string[]) => use(sqlTool, store, args, signal);
    await tool('create');
    await tool('setup-schema', '--version', '0.0');
    await tool('update-schema', '--schema-name', `postgresql/v12/${store.schema}`);
  }
}

async function use(
  sqlTool: string,
  { host, port, user, password, database }: Store,
  args: string[],
  signal: AbortSignal,
): Promise<void> {
  const target = ['--plugin', PLUGIN, '--endpoint', host, '--port', port, '--user', user, '--database', database];
  try {
    await run(sqlTool, [...target, ...args], { env: { ...process.env, SQL_PASSWORD: password }, signal });
  } catch (error) {
    signal.throwIfAborted();
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const said = `${stdout}${stderr}`.trim().split('\n').at(-1);
    throw new Error(`temporal-sql-tool ${args.join(' ')} failed for the database ${database}: ${said}`);
  }
}
