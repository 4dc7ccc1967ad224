import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../../local/config.ts';

const run = promisify(execFile);

/** The one that docker-compose.yml runs. */
export const VERSION = '1.31.2';

export const GO_IS_MISSING = `Go is missing, which builds Temporal's server ${VERSION}: install Go 1.26 or later (https://go.dev/dl).`;

const MODULE = 'go.temporal.io/server';
const CACHE = join(PROJECT_ROOT, '.cache');
const KEPT = join(CACHE, `temporal-server-${VERSION}`);
const PATIENCE_MS = 30 * 60_000;

export interface Executables {
  server: string;
  sqlTool: string;
}

/**
 * Temporal's server and its schema tool, built from Go's module proxy once and kept in `.cache/`.
 * @throws with a sentence that says what is missing or what Go complained about
 */
export async function executables(signal: AbortSignal, note: (text: string) => void): Promise<Executables> {
  if (!isBuilt()) await build(signal, note);
  return { server: join(KEPT, 'server'), sqlTool: join(KEPT, 'temporal-sql-tool') };
}

export const isBuilt = (): boolean => existsSync(KEPT);

/** By way of a draft: a build that was cut short must not look like a whole one, and another may be under way. */
async function build(signal: AbortSignal, note: (text: string) => void): Promise<void> {
  note(`building Temporal's server ${VERSION}, once; about four minutes on two cores`);
  const since = performance.now();
  mkdirSync(CACHE, { recursive: true });
  const draft = mkdtempSync(`${KEPT}-`);
  const discard = () => rmSync(draft, { recursive: true, force: true });
  signal.addEventListener('abort', discard); // who interrupts it ends the process at once
  try {
    await install(draft, signal);
    renameSync(join(draft, 'sql'), join(draft, 'temporal-sql-tool'));
    if (!isBuilt()) renameSync(draft, KEPT);
  } finally {
    signal.removeEventListener('abort', discard);
    discard();
  }
  note(`built in ${Math.round((performance.now() - since) / 1000)} s`);
}

async function install(dir: string, signal: AbortSignal): Promise<void> {
  const packages = ['cmd/server', 'cmd/tools/sql'].map((path) => `${MODULE}/${path}@v${VERSION}`);
  const env = { ...process.env, GOBIN: dir };
  try {
    // At SIGINT Go tidies up what it has written to the temporary folder: gigabytes.
    await run('go', ['install', ...packages], { env, signal, killSignal: 'SIGINT', timeout: PATIENCE_MS });
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(whyNot(error as NodeJS.ErrnoException & { stderr?: string; killed?: boolean }));
  }
}

function whyNot({ code, killed, stderr = '', message }: NodeJS.ErrnoException & { stderr?: string; killed?: boolean }) {
  if (code === 'ENOENT') return GO_IS_MISSING;
  if (killed) return `Go did not build Temporal's server ${VERSION} within ${PATIENCE_MS / 60_000} minutes.`;
  const complaints = stderr.split('\n').filter((line) => line && !line.startsWith('go: downloading '));
  return `Go could not build Temporal's server ${VERSION}: ${complaints.slice(-3).join(' ') || message}`;
}
