import { Worker } from 'node:worker_threads';

/** How often the loop says that it turns, and how often that is looked at. */
export const TICK_MS = 1000;

export interface LoopWatched {
  /** Counts up as the loop turns. */
  turns: Int32Array<SharedArrayBuffer>;
  limitTicks: number;
}

/**
 * Kills this process when its event loop does not turn for so long, as workflow code that never comes to an end would have
 * it: whoever supervises the process starts it again, and another worker takes what it had.
 * @param limitSeconds of ticks of the watching thread: a process that was stopped or starved is not taken for stuck
 */
export function watchLoop(limitSeconds: number): void {
  const turns = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  setInterval(() => Atomics.add(turns, 0, 1), TICK_MS).unref();
  const workerData: LoopWatched = { turns, limitTicks: limitSeconds };
  new Worker(new URL('./loop-watch-thread.ts', import.meta.url), { workerData, execArgv: [] }).unref();
}
