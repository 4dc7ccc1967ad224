import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How fast the machine is at this moment. Nanoseconds. */
export interface Probed {
  /** A read from anywhere in 16 MiB, each waiting for the one before: what caches, and who shares them, leave. */
  readNs: number;
  /** A multiplication and an addition, each waiting for the one before. */
  stepNs: number;
}

const LENGTH = 2 ** 22;
const READS = 2 ** 20;
const STEPS = 2 ** 25;
const TURNS = 3;

/**
 * Two figures of work that never changes, in a second, so that results of different days can be read side by side: a
 * shared machine of the same name does not do the same every day. In a process of its own: what V8 has made of this code in
 * one that has done other things is another figure.
 */
export async function probe(): Promise<Probed> {
  return JSON.parse((await run(process.execPath, [import.meta.filename])).stdout);
}

function probed(): Probed {
  const following = oneCycle(LENGTH);
  return { readNs: fastest(READS, () => read(following)), stepNs: fastest(STEPS, step) };
}

/** The least of several turns: what else the machine does only adds. */
function fastest(count: number, work: () => number): number {
  const turns = Array.from({ length: TURNS }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
  return (Math.min(...turns) * 1e6) / count;
}

let at = 0;

/** Goes on where the last turn stopped, so that nothing is read that has just been. */
function read(following: Int32Array): number {
  let place = at;
  for (let n = 0; n < READS; n++) place = following[place] as number;
  at = place;
  return place;
}

function step(): number {
  let value = 1;
  for (let n = 0; n < STEPS; n++) value = (Math.imul(value, 31) + n) | 0;
  return value;
}

/** A permutation that comes by all its places before it comes back to one (Sattolo, 1986), the same every time. */
export function oneCycle(length: number): Int32Array {
  const places = Int32Array.from({ length }, (_, n) => n);
  let seed = 1;
  for (let n = length - 1; n > 0; n--) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((seed / 2 ** 32) * n);
    [places[n], places[other]] = [places[other] as number, places[n] as number];
  }
  return places;
}

if (import.meta.main) console.log(JSON.stringify(probed()));
