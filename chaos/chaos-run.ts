import { PROJECT_ROOT } from '../local/config.ts';
import { oneRun } from './one-run.ts';
import { outcomeOf } from './outcome.ts';
import type { Draw } from './regressions.ts';
import { drawSchedule, type Schedule } from './schedule/draw-schedule.ts';
import { textOf } from './schedule/fault.ts';
import { SettableClock } from './system/clock.ts';
import { whyNot } from './system/disk.ts';
import type { ChaosSystem } from './system/system.ts';

/** The longest pause between two tries of a call is 30 s, and an order has several calls. */
const SETTLING_MS = 150_000;

/** A run of faults drawn from a seed, and its report. @returns whether all is as it should be */
export async function chaosRun({ seed, minutes, rate }: Draw, say: (text: string) => void): Promise<boolean> {
  say(`seed ${seed}, ${minutes} minutes, ${rate} orders per second`);
  const plan = (system: ChaosSystem) => {
    const schedule = drawSchedule(seed, minutes * 60_000, (kind) => whyNot(kind, system.disk) === undefined);
    for (const line of scheduleLines(schedule, system)) say(line);
    return schedule;
  };
  const running = oneRun({ source: PROJECT_ROOT, seed, rate, settlingMs: SETTLING_MS, keepsLogs: true, plan, say });
  return await outcomeOf({ seed, minutes, rate }, running);
}

function* scheduleLines({ episodes }: Schedule, { disk }: ChaosSystem): Generator<string> {
  const skipped = whyNot('disk full', disk);
  if (skipped) yield `skipped: ${skipped}`;
  yield `clocks are set wrong with ${SettableClock.means}`;
  for (const { atMs, fault } of episodes.flatMap(({ faults }) => faults))
    yield `  planned at ${(atMs / 1000).toFixed(0)} s: ${textOf(fault)}`;
}
