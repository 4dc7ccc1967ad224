import type { Ground } from '../machine/ground.ts';
import type { Contestant } from '../peers/contestants.ts';
import type { Picture } from '../report/picture.ts';
import { medianOf, spread } from '../report/spread.ts';
import type { Table } from '../report/table.ts';

export interface Goal {
  id: string;
  what: string;
  /** Median of the rounds. */
  value: number;
  /** With the lowest and highest, for tables. */
  seen: string;
  goal: string;
  met: boolean;
}

export interface Findings {
  tables: Table[];
  goals: Goal[];
  pictures?: Picture[];
  /** Every single measurement, for results/*.json. */
  raw: unknown;
}

export interface Circumstances {
  ground: Ground;
  rounds: number;
  /** Shorter and smaller: the same measurements with less certainty. */
  quick: boolean;
  contestants: Contestant[];
  say(text: string): void;
}

/** One measurement that can be asked for by name. */
export interface BenchPart {
  name: string;
  title: string;
  /** Whom it compares; without it, it is about durable-orders alone. */
  compares?: Contestant['name'][];
  run(circumstances: Circumstances): Promise<Findings>;
}

/** @param seen one for each round */
export function atLeast(id: string, what: string, seen: number[], bound: number): Goal {
  const value = medianOf(seen);
  return { id, what, value, seen: spread(seen), goal: `≥ ${bound}`, met: value >= bound };
}

/** @param seen one for each round */
export function atMost(id: string, what: string, seen: number[], bound: number, shown = `${bound}`): Goal {
  const value = medianOf(seen);
  return { id, what, value, seen: spread(seen), goal: `≤ ${shown}`, met: value <= bound };
}

/** Of each round's own two: what else the machine did then fell on both alike. */
export const ratios = (ones: number[], others: number[]): number[] =>
  ones.map((one, round) => one / (others[round] ?? NaN));

/** The highest; where one of them can't be told, that one, of which nothing is told then. */
export const worstOf = (all: number[][]): number[] =>
  all.reduce((one, other) => (medianOf(other) > medianOf(one) || Number.isNaN(medianOf(other)) ? other : one));
