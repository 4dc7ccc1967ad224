import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from '../part.ts';
import type { Place } from './place.ts';
import { clearStaleLock } from './stale-lock.ts';

const run = promisify(execFile);

/**
 * Loopback only, no socket in a shared folder, enough connections for a worker and an API that are under load, and log files that are
 * kept to be used again: a new one is written full of zeros while commits wait.
 */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  min_wal_size: '512MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
};

/** Whoever starts PostgreSQL must not bend it: PGDATA, PGPORT or a locale that this build does not know. */
const ENVIRONMENT = { LC_ALL: 'C' };

/** Makes the database cluster where there is none. `flags` are for those who can do without durability: tests. */
export async function makeCluster(place: Place, signal?: AbortSignal, flags: string[] = []): Promise<'made' | 'there'> {
  const cluster = clusterDir(place);
  if (existsSync(join(cluster, 'PG_VERSION'))) return 'there';
  // By way of a draft: an initdb that was cut short leaves a folder that nothing can start from.
  const draft = join(place.dir, 'draft');
  rmSync(draft, { recursive: true, force: true });
  const args = ['-D', draft, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', ...flags];
  await run(join(place.native, 'bin', 'initdb'), args, { ...as(place), signal });
  renameSync(draft, cluster);
  return 'made';
}

/** How to run the server on a port of 127.0.0.1. */
export function serverCommand(place: Place, port: number, more: Record<string, string> = {}): Command {
  const cluster = clusterDir(place);
  if (!place.account) mustBeOurs(cluster);
  clearStaleLock(cluster);
  const settings = Object.entries({ ...SETTINGS, ...more }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return {
    file: join(place.native, 'bin', 'postgres'),
    args: ['-D', cluster, '-p', `${port}`, ...settings],
    ...as(place),
  };
}

const clusterDir = ({ dir }: Place): string => join(dir, 'cluster');

/** The working directory is one that any account can be in; that of start may not be. */
const as = ({ account }: Place) => ({ cwd: '/', env: ENVIRONMENT, ...account });

function mustBeOurs(cluster: string): void {
  try {
    accessSync(cluster, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    throw new Error(`its data in ${cluster} belong to another user: start as that user, or set another DATA_DIR`);
  }
}
