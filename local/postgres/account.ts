import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Another user of this machine; without one a process runs as the user that start runs as. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * Who PostgreSQL runs as when start runs as root, which PostgreSQL refuses: the owner of a cluster that is there
 * already, else `postgres`, else `nobody`. All are there without making a user, which needs tools that slim images lack
 * and would change the machine (the library's own way, `createPostgresUser`).
 */
export async function postgresAccount(existing: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(existing).catch(() => undefined);
  if (owner?.uid) return { uid: owner.uid, gid: owner.gid };
  return (await lookUp('postgres')) ?? (await lookUp('nobody')) ?? { uid: 65_534, gid: 65_534 };
}

/** Whether the account can go into a folder: every folder above it counts, so trying is the only sure way to know. */
export async function canEnter(dir: string, account: Account): Promise<boolean> {
  return succeeds('/bin/sh', ['-c', 'cd -- "$1"', 'sh', dir], account);
}

export async function canRun(file: string, account: Account): Promise<boolean> {
  return succeeds(file, ['--version'], account);
}

async function succeeds(file: string, args: string[], account: Account): Promise<boolean> {
  return run(file, args, { ...account, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

async function lookUp(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}
