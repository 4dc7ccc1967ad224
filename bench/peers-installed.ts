import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../local/run-command.ts';

/** The peers' packages are not the project's: they come when the benchmark is first run. */
export async function ensurePeers(): Promise<void> {
  if (existsSync(join(import.meta.dirname, 'node_modules', '.package-lock.json'))) return;
  console.error('Installing what is compared with (once, some 250 MB) …');
  await runQuietly('npm', ['ci', '--prefix', import.meta.dirname, '--no-fund', '--no-audit'], 600_000);
}
