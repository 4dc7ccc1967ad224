import type { Ground } from '../machine/ground.ts';
import type { Contestant } from '../peers/contestants.ts';
import type { Picture } from '../report/picture.ts';
import type { Table } from '../report/table.ts';

export interface Goal {
  id: string;
  what: string;
  value: number;
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
  run(circumstances: Circumstances): Promise<Findings>;
}

export const atLeast = (id: string, what: string, value: number, bound: number): Goal => ({
  ...{ id, what, value, goal: `≥ ${bound}`, met: value >= bound },
});

export const atMost = (id: string, what: string, value: number, bound: number, shown = `${bound}`): Goal => ({
  ...{ id, what, value, goal: `≤ ${shown}`, met: value <= bound },
});
