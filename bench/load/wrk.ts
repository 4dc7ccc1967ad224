import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a saturating load has seen. Latencies in milliseconds, from the request that was sent; see constant-rate.ts. */
export interface Saturation {
  /** 201s per second. */
  rate: number;
  accepted: number;
  /** Answers that were no 2xx or 3xx, and connections that broke. */
  refused: number;
  broken: number;
  p50: number;
  p99: number;
  max: number;
  /** Cores that the generator itself has used. */
  generatorCores: number;
}

/** Posts orders as fast as they are answered over so many connections. One thread: the machine has others to feed. */
export async function saturate(
  url: string,
  { seconds, connections }: { seconds: number; connections: number },
): Promise<Saturation> {
  const script = join(import.meta.dirname, 'post-order.lua');
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '20s', '-s', script, url];
  const { stdout } = await run('wrk', args, { timeout: (seconds + 60) * 1000 });
  const line = stdout.split('\n').find((each) => each.startsWith('{'));
  if (!line) throw new Error(`wrk said nothing that can be read:\n${stdout}`);
  const { requests, refused, broken, cpuSeconds, ...said } = JSON.parse(line);
  const accepted = requests - refused;
  const { p50, p99, max } = said;
  return {
    ...{ rate: accepted / said.seconds, accepted, refused, broken, p50, p99, max },
    generatorCores: cpuSeconds / said.seconds,
  };
}

/** @throws with what to do where wrk is missing */
export async function ensureWrk(): Promise<void> {
  await run('wrk', ['-v']).catch((error) => {
    if (error.code === 'ENOENT')
      throw new Error('wrk is missing: install it (Debian, Ubuntu: apt-get install wrk; macOS: brew install wrk).');
  }); // its -v exits with 1
}
