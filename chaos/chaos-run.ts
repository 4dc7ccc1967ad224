import { PROJECT_ROOT } from '../local/config.ts';
import { isUnexplained } from './judge/own-ends.ts';
import { oneRun } from './one-run.ts';
import { type Draw, keep } from './regressions.ts';
import { figures } from './report/figures.ts';
import { textOfEnd } from './report/own-end.ts';
import type { Findings } from './run.ts';
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
  const told = await oneRun({ source: PROJECT_ROOT, seed, rate, settlingMs: SETTLING_MS, keepsLogs: true, plan, say });
  const { violations, shortcomings, ownEnds } = told.findings;
  for (const line of figures(told.findings)) console.log(line);
  for (const end of ownEnds) console.log(textOfEnd(end));
  for (const text of shortcomings) console.log(`NO PROGRESS: ${text}`);
  for (const { rule, orderId, detail } of violations) console.log(`VIOLATION: ${rule}: ${orderId ?? ''} ${detail}`);
  for (const [orderId, story] of told.stories) console.log([`the story of ${orderId}`, ...story].join('\n  '));
  console.log(
    told.logs ? `seed ${seed}: FAILED; the logs are in ${told.logs}` : `seed ${seed}: all is as it should be`,
  );
  if (told.logs && keep({ seed, minutes, rate }, whatWas(told.findings))) console.log('kept in chaos/regressions.json');
  return !told.logs;
}

/** The first thing, in a line. */
function whatWas({ violations, shortcomings, ownEnds }: Findings): string {
  const all = [
    ...violations.map(({ rule, detail }) => `${rule}: ${detail}`),
    ...shortcomings,
    ...ownEnds.filter(isUnexplained).map(({ process, why }) => `${process} ended by itself: ${why}`),
  ];
  return `${all[0]}`;
}

function* scheduleLines({ episodes }: Schedule, { disk }: ChaosSystem): Generator<string> {
  const skipped = whyNot('disk full', disk);
  if (skipped) yield `skipped: ${skipped}`;
  yield `clocks are set wrong with ${SettableClock.means}`;
  for (const { atMs, fault } of episodes.flatMap(({ faults }) => faults))
    yield `  planned at ${(atMs / 1000).toFixed(0)} s: ${textOf(fault)}`;
}
