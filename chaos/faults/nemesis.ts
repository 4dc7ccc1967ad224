import { setTimeout as pause } from 'node:timers/promises';
import { CALM_MS, type Episode, type Schedule } from '../schedule/draw-schedule.ts';
import { type Fault, isInTheWayOfIntake, textOf } from '../schedule/fault.ts';
import type { ChaosSystem } from '../system/system.ts';
import type { Happening, PastEpisode } from './happening.ts';
import { inflict } from './inflict.ts';

export interface NemesisOptions {
  system: ChaosSystem;
  schedule: Schedule;
  say(text: string): void;
  /** Resolves with the milliseconds until each API has answered 201. */
  untilAccepting(fault: Fault): Promise<number[]>;
}

/** Goes through a schedule. An episode that takes longer than planned moves those after it: the calm is never shortened. */
export async function goThrough({ system, schedule, say, untilAccepting }: NemesisOptions): Promise<PastEpisode[]> {
  const startedAt = Date.now();
  const past: PastEpisode[] = [];
  for (const episode of schedule.episodes) {
    const last = past.at(-1);
    await until(Math.max(startedAt + firstOf(episode), last ? last.overAt + CALM_MS : 0));
    const beganAt = Date.now();
    if (last) last.calmUntil = beganAt;
    const happenings = await allOver(
      episode.faults.map(async ({ atMs, fault }) => {
        await pause(atMs - firstOf(episode));
        return await happen(
          fault,
          episode.faults.map((timed) => timed.fault).filter((other) => other !== fault),
        );
      }),
    );
    past.push({ happenings, overAt: Math.max(...happenings.map(({ overAt }) => overAt)), calmUntil: Infinity });
  }
  const last = past.at(-1);
  await until(Math.max(startedAt + schedule.totalMs, (last?.overAt ?? 0) + CALM_MS));
  if (last) last.calmUntil = Date.now();
  return past;

  async function happen(fault: Fault, others: Fault[]): Promise<Happening> {
    say(textOf(fault));
    const beganAt = Date.now();
    await inflict(fault, system);
    const overAt = Date.now();
    say(`  over: ${textOf(fault)}`);
    return {
      ...{ fault, beganAt, overAt },
      isAlone: others.length === 0,
      hasIntakeForItself: !others.some(isInTheWayOfIntake),
      acceptingAfterMs: await untilAccepting(fault),
    };
  }
}

/** Where one can't be healed the others are: else they would start processes again that whoever gives up has stopped. */
async function allOver(happenings: Promise<Happening>[]): Promise<Happening[]> {
  await Promise.allSettled(happenings);
  return await Promise.all(happenings);
}

const firstOf = ({ faults }: Episode): number => faults[0]?.atMs ?? 0;

const until = (time: number): Promise<void> => pause(Math.max(0, time - Date.now()));
