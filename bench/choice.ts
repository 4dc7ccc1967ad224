import { PARTS, usualParts } from './parts/index.ts';
import type { BenchPart } from './parts/part.ts';
import { CONTESTANTS, type Contestant } from './peers/contestants.ts';

/** Who is compared with in a quick run, where nobody else is asked for. */
const QUICK = ['durable-orders', 'sync', 'rabbitmq', 'direct', 'express', 'empty'];

export interface Choice {
  parts: BenchPart[];
  contestants: Contestant[];
}

/** A name that neither a part nor a contestant has: nothing is measured. */
export class UnknownName extends Error {}

/** @throws UnknownName with the names that there are */
export function choose(named: string[], only: string[], quick: boolean): Choice {
  const unknown = [
    ...named.filter((name) => !isPart(name)),
    ...only.filter((name) => !isPart(name) && !isContestant(name)),
  ];
  if (unknown.length > 0) throw new UnknownName(`There is no ${unknown.join(', ')}.\n${namesText()}`);
  const parts = [...named, ...only.filter(isPart)];
  const contestants = only.filter(isContestant);
  return {
    parts: parts.length > 0 ? PARTS.filter(({ name }) => parts.includes(name)) : usualParts(quick),
    contestants: CONTESTANTS.filter(({ name }) =>
      contestants.length > 0 ? contestants.includes(name) : !quick || QUICK.includes(name),
    ),
  };
}

const isPart = (name: string): boolean => PARTS.some((part) => part.name === name);
const isContestant = (name: string): boolean => CONTESTANTS.some((contestant) => contestant.name === name);

export const namesText = (): string => {
  const list = (all: { name: string }[]) => all.map(({ name }) => name).join(', ');
  return `Parts: ${list(PARTS)}\nContestants: ${list(CONTESTANTS)}`;
};
