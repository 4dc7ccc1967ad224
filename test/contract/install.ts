import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipInstall } from '../../local/pip-install.ts';

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const INSTALL_MS = 300_000;

/** Where it is installed, and where it leaves what it has seen. */
export const CACHE = join(import.meta.dirname, '../../.cache');

/** Installs schemathesis and what it needs, each file by its hash, into the project's cache. @returns its folder */
export async function installSchemathesis(): Promise<string> {
  const hash = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const dir = join(CACHE, `schemathesis-${hash}`);
  if (existsSync(dir)) return dir;
  const mine = `${dir}.${process.pid}`;
  try {
    await pipInstall(REQUIREMENTS, mine, { timeoutMs: INSTALL_MS });
    renameSync(mine, dir);
  } finally {
    rmSync(mine, { recursive: true, force: true });
  }
  return dir;
}
