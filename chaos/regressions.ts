import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a run is drawn from. */
export interface Draw {
  seed: number;
  minutes: number;
  /** Orders per second. */
  rate: number;
}

/** One that has found something, and what. */
export interface Regression extends Draw {
  reason: string;
}

const FILE = join(import.meta.dirname, 'regressions.json');

export const regressions = (file = FILE): Regression[] => JSON.parse(readFileSync(file, 'utf8'));

/**
 * Keeps a draw that failed, to be tried again. What it was is for people to write in place of the reason, and so is taking it out
 * where the machine was at fault. @returns whether it was not there yet
 */
export function keep(draw: Draw, reason: string, file = FILE): boolean {
  const kept = regressions(file);
  const { seed, minutes, rate } = draw;
  if (kept.some((each) => each.seed === seed && each.minutes === minutes && each.rate === rate)) return false;
  writeFileSync(file, `${JSON.stringify([...kept, { seed, minutes, rate, reason }], null, 2)}\n`);
  return true;
}
