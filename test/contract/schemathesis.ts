import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../../local/run-command.ts';

const ROOT = join(import.meta.dirname, '../..');
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const CACHE = join(ROOT, '.cache');
const INSTALL_MS = 300_000;

/** Installs schemathesis and what it needs, each at one version, into the project's cache. @returns its folder */
export async function installSchemathesis(): Promise<string> {
  const hash = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const dir = join(CACHE, `schemathesis-${hash}`);
  if (existsSync(dir)) return dir;
  const options = ['--quiet', '--no-input', '--no-deps', '--disable-pip-version-check', '--no-cache-dir'];
  const mine = `${dir}.${process.pid}`;
  try {
    await runQuietly('python3', ['-m', 'pip', 'install', ...options, '--target', mine, '-r', REQUIREMENTS], INSTALL_MS);
    renameSync(mine, dir);
  } finally {
    rmSync(mine, { recursive: true, force: true });
  }
  return dir;
}

/** To load the document, and to end. */
const GRACE_MS = 60_000;

/** @returns exit code: 0 nothing found, 1 something, else it could not run */
export async function schemathesis(dir: string, document: string, seed: string, seconds: number): Promise<number> {
  const config = join(import.meta.dirname, 'schemathesis.toml');
  const bounds = ['--seed', seed, '--max-time', String(seconds)];
  const args = ['--config-file', config, 'run', document, '--checks', 'all', ...bounds];
  const child = spawn('python3', [join(dir, 'bin/schemathesis'), ...args], {
    cwd: CACHE, // where it leaves what it has seen
    env: { ...process.env, PYTHONPATH: `${dir}:${import.meta.dirname}`, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: 'inherit',
    timeout: seconds * 1000 + GRACE_MS,
    killSignal: 'SIGKILL',
  });
  const [code] = await once(child, 'exit');
  return code ?? 2;
}
