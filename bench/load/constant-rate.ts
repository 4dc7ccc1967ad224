import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Percentiles } from './percentiles.ts';

export interface ConstantRate {
  url: string;
  /** Requests a second, evenly spaced. */
  rate: number;
  seconds: number;
  /** Of which nothing is reported. */
  warmUpSeconds: number;
}

/**
 * Milliseconds from when a request was due, not from when it could be sent: nothing that a stall delays is left out. What was not taken
 * counts as 30 s.
 */
export interface Latencies extends Percentiles {
  accepted: number;
  refused: number;
  broken: number;
  /** 201s per second. */
  rate: number;
  /** Cores that the generator itself has used. */
  generatorCores: number;
}

const AT_LEAST_SECONDS = 20;
/** Some more than a P99 needs. */
const AT_LEAST_REQUESTS = 320;

/** For how long to post at a rate, so that there is a P99 to tell. */
export const secondsAt = (rate: number): number => Math.max(AT_LEAST_SECONDS, Math.ceil(AT_LEAST_REQUESTS / rate));

/**
 * Posts orders at a constant rate, in a process of its own, whatever the answers do (an open model). wrk cannot, and
 * what npm has sends a second's requests at its beginning. Source: Gil Tene, "How NOT to Measure Latency".
 * @param whenCounting called when the warm-up is over: what it does to the system falls into what is reported
 */
export function postAtConstantRate(load: ConstantRate, whenCounting: () => void = () => {}): Promise<Latencies> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'constant-rate-sender.ts'), JSON.stringify(load)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced', // JSON makes null of NaN
  });
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      if (message === 'counting') whenCounting();
      else resolve(message as Latencies);
    });
    child.on('error', reject);
    child.on('disconnect', () => reject(new Error('the load generator ended before its time')));
  });
}
