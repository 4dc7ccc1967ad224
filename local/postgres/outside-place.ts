import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Account, canEnter, canRun } from './account.ts';

const run = promisify(execFile);
const FOLDERS = ['/var/lib/durable-orders', '/var/tmp/durable-orders'];

/** Puts what a folder holds, if it is there, where the account can get to, and a link in its place. Answers where. */
export async function moveOutside(dir: string, account: Account): Promise<string> {
  const project = basename(dirname(dirname(dir)));
  const room = mkdtempSync(join(await outsideFolder(account), `${project}-`));
  chmodSync(room, 0o711);
  const target = join(room, 'postgres');
  if (existsSync(dir))
    await run('mv', [dir, target]); // unlike rename, from one file system to another too
  else mkdirSync(target, { mode: 0o700 });
  symlinkSync(target, dir);
  return target;
}

/** The binaries where they are if the account can run them, else a copy that all systems of this machine share. */
export async function runnableBinaries(native: string, account: Account): Promise<string> {
  if (await canRun(join(native, 'bin', 'postgres'), account)) return native;
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = join(await outsideFolder(account), `postgresql-${version}`);
  if (!existsSync(copy)) await copyWhole(native, copy);
  return copy;
}

/** By way of a draft: another start must never see half a copy. */
async function copyWhole(from: string, to: string): Promise<void> {
  const draft = mkdtempSync(`${to}-`);
  cpSync(from, draft, { recursive: true, verbatimSymlinks: true });
  await run('chmod', ['-R', 'u=rwX,go=rX', draft]);
  try {
    renameSync(draft, to);
  } catch {
    rmSync(draft, { recursive: true }); // another start was faster
  }
}

async function outsideFolder(account: Account): Promise<string> {
  for (const folder of FOLDERS) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      // Below /var/tmp anyone may have made that folder first, and we are root.
      if (statSync(folder).uid === 0 && (await canEnter(folder, account))) return folder;
    } catch {
      // Read-only: try the next one.
    }
  }
  throw new Error(
    `PostgreSQL cannot run as root, and its user can reach none of ${FOLDERS.join(', ')}: set DATABASE_URL`,
  );
}
