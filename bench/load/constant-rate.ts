import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface ConstantRate {
  url: string;
  /** Requests a second, evenly spaced. */
  rate: number;
  seconds: number;
  /** Of which nothing is reported. */
  warmUpSeconds?: number;
  /** At most so many at once; a request that finds none free waits, and its waiting counts. */
  connections?: number;
}

/** Milliseconds from when a request was due, not from when it could be sent: nothing that a stall delays is left out. */
export interface Latencies {
  accepted: number;
  refused: number;
  broken: number;
  /** 201s per second. */
  rate: number;
  p50: number;
  p90: number;
  p99: number;
  p999: number;
  max: number;
  /** At the percentiles 0, 1, … 100, for pictures. */
  curve: number[];
  /** Cores that the generator itself has used. */
  generatorCores: number;
}

/**
 * Posts orders at a constant rate, in a process of its own, whatever the answers do (an open model). wrk cannot, and
 * what npm has sends a second's requests at its beginning. Source: Gil Tene, "How NOT to Measure Latency".
 */
export async function postAtConstantRate(load: ConstantRate): Promise<Latencies> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'constant-rate-sender.ts'), JSON.stringify(load)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const message = once(child, 'message');
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the load generator ended with ${code}`);
  });
  const [latencies] = await Promise.race([message, ended]);
  ended.catch(() => {});
  return latencies as Latencies;
}
