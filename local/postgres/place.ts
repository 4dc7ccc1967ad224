import { chownSync, lstatSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './account.ts';
import { canEnter, postgresAccount } from './account.ts';
import { nativeDir } from './binaries.ts';
import { moveOutside, runnableBinaries } from './outside-place.ts';

/** Where a PostgreSQL keeps its data, which binaries it uses, and who it runs as. */
export interface Place {
  dir: string;
  native: string;
  account?: Account;
}

/**
 * DATA_DIR/postgres. Where start runs as root and the account of PostgreSQL cannot get there (a clone below /root, or in
 * a folder of mode 700), that is a symbolic link to a folder it can get to: the next start finds it, and whoever
 * moves or deletes DATA_DIR has done so for the database as well.
 */
export async function postgresPlace(dataDir: string, note: (text: string) => void): Promise<Place> {
  const dir = join(dataDir, 'postgres');
  mkdirSync(dataDir, { recursive: true });
  const isLink = forgetBrokenLink(dir, note);
  const account = await postgresAccount(dir);
  if (account && !isLink && !(await canEnter(dataDir, account))) {
    const outside = await moveOutside(dir, account);
    note(`the user it runs as cannot enter ${dataDir}; its data are in ${outside}`);
  }
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (account) chownSync(dir, account.uid, account.gid);
  const native = account ? await runnableBinaries(nativeDir(), account) : nativeDir();
  return { dir: realpathSync(dir), native, ...(account && { account }) };
}

/** Answers whether there is a link. One to nowhere is left by a machine that is gone, such as a container. */
function forgetBrokenLink(dir: string, note: (text: string) => void): boolean {
  if (!lstatSync(dir, { throwIfNoEntry: false })?.isSymbolicLink()) return false;
  try {
    realpathSync(dir);
    return true;
  } catch {
    rmSync(dir);
    note(`what ${dir} pointed to is gone; starting with an empty database`);
    return false;
  }
}
