import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { toldBy } from './percentiles.ts';

const run = promisify(execFile);

/**
 * What a saturating load has seen. Latencies in milliseconds, as wrk tells them: from the request that was sent, and corrected by it for
 * what a stall kept back, by the average interval of a connection (`stats_correct` in its source). What is due at a time of its own is measured
 * in constant-rate.ts.
 */
export interface Saturation {
  /** 201s per second. */
  rate: number;
  accepted: number;
  /** Answers that were no 2xx or 3xx, and connections that broke. */
  refused: number;
  broken: number;
  mean: number;
  p50: number;
  /** NaN where there are too few to tell it. */
  p99: number;
  /** Cores that the generator itself has used. */
  generatorCores: number;
}

export interface Saturating {
  seconds: number;
  connections: number;
  /** A file for the id of every order that was answered 201, a line each: costs the generator processor time. */
  idsTo?: string;
}

/** Posts orders as fast as they are answered over so many connections. One thread: the machine has others to feed. */
export async function saturate(url: string, { seconds, connections, idsTo }: Saturating): Promise<Saturation> {
  const script = join(import.meta.dirname, 'post-order.lua');
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '20s', '-s', script, url];
  if (idsTo) args.push('--', idsTo);
  const { stdout } = await run('wrk', args, { timeout: (seconds + 60) * 1000 });
  const line = stdout.split('\n').find((each) => each.startsWith('{'));
  if (!line) throw new Error(`wrk said nothing that can be read:\n${stdout}`);
  const { requests, refused, broken, cpuSeconds, ...said } = JSON.parse(line);
  const accepted = requests - refused;
  const { mean, p50 } = said;
  const p99 = toldBy(accepted).p99(said.p99);
  return {
    ...{ rate: accepted / said.seconds, accepted, refused, broken, mean, p50, p99 },
    generatorCores: cpuSeconds / said.seconds,
  };
}
