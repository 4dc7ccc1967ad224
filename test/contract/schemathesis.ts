import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CACHE } from './install.ts';

/**
 * All that it can do, until the time is over; or a few cases of each operation, which are the same for a seed however little
 * time a machine has.
 */
export type Bound = { seconds: number; cases?: undefined } | { cases: number };

export interface Asking {
  /** Address of the OpenAPI document. */
  document: string;
  headers: Record<string, string>;
  /** What every id of an order is to be. */
  orderId?: string | undefined;
  seed: string;
  bound: Bound;
}

export interface Ran {
  /** 0 nothing found, 1 something, else it could not run. */
  code: number;
  said: string;
  /** An event a line, as it writes them; empty where it wrote none. */
  events: string;
}

/** It takes a minute at most on two idle cores. */
const LIMIT_MS = 300_000;

/**
 * Runs schemathesis, and says nothing of it: its last line looks like that of a test runner that ran no test.
 * @param dir where it is installed
 */
export async function schemathesis(dir: string, { document, headers, orderId, seed, bound }: Asking): Promise<Ran> {
  const reports = mkdtempSync(join(tmpdir(), 'durable-orders-contract-'));
  const events = join(reports, 'events');
  const config = join(import.meta.dirname, 'schemathesis.toml');
  const heads = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
  const bounds = ['--seed', seed, ...boundsOf(bound)];
  const report = ['--report', 'ndjson', '--report-ndjson-path', events];
  const args = ['--config-file', config, 'run', document, '--checks', 'all', '--no-color', ...heads, ...bounds];
  try {
    const { code, said } = await outcomeOf(dir, [...args, ...report], { ORDER_ID: orderId ?? '' });
    return { code, said, events: readIfThere(events) };
  } finally {
    rmSync(reports, { recursive: true });
  }
}

const boundsOf = (bound: Bound): string[] =>
  bound.cases === undefined
    ? ['--max-time', String(bound.seconds)]
    : ['--phases', 'examples,fuzzing', '--max-examples', String(bound.cases)];

async function outcomeOf(dir: string, args: string[], env: NodeJS.ProcessEnv): Promise<{ code: number; said: string }> {
  const child = spawn('python3', [join(dir, 'bin/schemathesis'), ...args], {
    cwd: CACHE,
    env: { ...process.env, ...env, PYTHONPATH: `${dir}:${import.meta.dirname}`, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const [code] = await once(child, 'close');
  return code === null ? { code: 2, said: `${said}\nNo end after ${LIMIT_MS / 1000} s.` } : { code, said };
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
