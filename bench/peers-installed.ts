import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../local/run-command.ts';

const HERE = import.meta.dirname;
const INSTALLED = join(HERE, 'node_modules', '.package-lock.json');

/** The peers' packages are not the project's: they come when the benchmark is first run, and again when others are wanted. */
export async function ensurePeers(): Promise<void> {
  if (areAsLocked()) return;
  console.error('Installing what is compared with (once, some 250 MB) …');
  await runQuietly('npm', ['ci', '--prefix', HERE, '--no-fund', '--no-audit'], 600_000);
}

/** Those for other platforms are locked and not installed; one of our own that is wanted since then is in package.json. */
function areAsLocked(): boolean {
  if (!existsSync(INSTALLED)) return false;
  const [installed, locked] = [packagesIn(INSTALLED), packagesIn(join(HERE, 'package-lock.json'))];
  const { dependencies } = JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8'));
  const isThere = (name: string) => installed[`node_modules/${name}`] !== undefined;
  const isAsLocked = ([path, { version }]: [string, { version: string }]) => locked[path]?.version === version;
  return Object.keys(dependencies).every(isThere) && Object.entries(installed).every(isAsLocked);
}

const packagesIn = (lockfile: string): Record<string, { version: string }> =>
  JSON.parse(readFileSync(lockfile, 'utf8')).packages;
