import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Stack } from '../report/flame-graph.ts';
import { stacksOf } from '../report/perf-stacks.ts';

const run = promisify(execFile);

/** A second, of each thread that runs: not in step with what happens every ten milliseconds. */
const SAMPLES = 199;
const MOST_BYTES = 2 ** 30;

/** What these processes did in the meantime, as Linux's `perf` samples it. Source: man 1 perf-record. */
export async function sampled(
  pids: number[],
  isOurs: (symbol: string) => boolean,
  meanwhile: () => Promise<unknown>,
): Promise<Stack[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-perf-'));
  const file = join(dir, 'perf.data');
  try {
    const recording = ['record', '-q', '-F', `${SAMPLES}`, '--call-graph', 'fp', '-p', pids.join(','), '-o', file];
    const perf = spawn('perf', recording, { stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = once(perf, 'exit');
    await meanwhile().finally(() => perf.kill('SIGINT')); // then it writes what it has
    await ended;
    const { stdout } = await run('perf', ['script', '-i', file, '-F', 'ip,sym'], { maxBuffer: MOST_BYTES });
    return stacksOf(stdout, 1e6 / SAMPLES, isOurs);
  } finally {
    rmSync(dir, { recursive: true });
  }
}
