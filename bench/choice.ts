import { PARTS, usualParts } from './parts/index.ts';
import type { BenchPart } from './parts/part.ts';
import { CONTESTANTS, type Contestant } from './peers/contestants.ts';

/** Who is compared with in a quick run, where nobody is asked for: those that the part's goals speak of. */
const QUICK: Record<string, Contestant['name'][]> = {
  accept: ['durable-orders', 'sync', 'rabbitmq', 'express'],
  latency: ['durable-orders', 'sync'],
  completed: ['durable-orders', 'direct', 'empty'],
};

export interface Choice {
  parts: BenchPart[];
  contestantsOf(part: BenchPart): Contestant[];
  /** Whether all that a part compares with is measured. */
  isWhole: boolean;
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
  const asked = only.filter(isContestant);
  const isMeasured = (part: BenchPart, name: Contestant['name']) => {
    if (asked.length > 0) return asked.includes(name);
    return !quick || (QUICK[part.name]?.includes(name) ?? true);
  };
  return {
    parts: parts.length > 0 ? PARTS.filter(({ name }) => parts.includes(name)) : usualParts(quick),
    contestantsOf: (part) => CONTESTANTS.filter(({ name }) => isMeasured(part, name)),
    isWhole: asked.length === 0 && !quick,
  };
}

const isPart = (name: string): boolean => PARTS.some((part) => part.name === name);
const isContestant = (name: string): boolean => CONTESTANTS.some((contestant) => contestant.name === name);

export const namesText = (): string => {
  const list = (all: { name: string }[]) => all.map(({ name }) => name).join(', ');
  return `Parts: ${list(PARTS)}\nContestants: ${list(CONTESTANTS)}`;
};
