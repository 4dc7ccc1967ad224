import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { type LoopWatched, TICK_MS } from './loop-watch.ts';

const { turns, limitTicks } = workerData as LoopWatched;
let seen = 0;
let silentTicks = 0;

setInterval(() => {
  const now = Atomics.load(turns, 0);
  silentTicks = now === seen ? silentTicks + 1 : 0;
  seen = now;
  if (silentTicks >= limitTicks) end();
}, TICK_MS);

/** Written as the log is, whose own thread is the one that is stuck; a full pipe must not save the process. */
function end(): void {
  const time = new Date().toISOString();
  const error = 'the event loop has not turned: workflow code does not come to an end';
  try {
    writeSync(1, `${JSON.stringify({ level: 'fatal', time, name: 'worker', error, event: 'the worker failed' })}\n`);
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}
