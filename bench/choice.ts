import { PARTS, usualParts } from './parts/index.ts';
import type { BenchPart } from './parts/part.ts';
import { CONTESTANTS, type Contestant, DURABLE_ORDERS } from './peers/contestants.ts';

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

/** A name that neither a part nor a contestant has, or a part that has none of the contestants: nothing is measured. */
export class Misnamed extends Error {}

/** @throws Misnamed with the names that there are */
export function choose(named: string[], only: string[], quick: boolean): Choice {
  const unknown = [
    ...named.filter((name) => !isPart(name)),
    ...only.filter((name) => !isPart(name) && !isContestant(name)),
  ];
  if (unknown.length > 0) throw new Misnamed(`There is no ${unknown.join(', ')}.\n${namesText()}`);
  const parts = [...named, ...only.filter(isPart)];
  const asked = only.filter(isContestant);
  const contestantsOf = (part: BenchPart) =>
    CONTESTANTS.filter(({ name }) => {
      if (!comparedIn(part).includes(name)) return false;
      if (asked.length > 0) return asked.includes(name);
      return !quick || (QUICK[part.name]?.includes(name) ?? true);
    });
  const hasNobody = (part: BenchPart) => asked.length > 0 && contestantsOf(part).length === 0;
  const chosen = PARTS.filter(({ name }) => parts.includes(name));
  const [empty] = chosen.filter(hasNobody);
  if (empty) throw new Misnamed(`${empty.name} measures ${comparedIn(empty).join(', ')}.`);
  return {
    // Who asks for a contestant asks for what compares it.
    parts: chosen.length > 0 ? chosen : usualParts(quick).filter((part) => !hasNobody(part)),
    contestantsOf,
    isWhole: asked.length === 0 && !quick,
  };
}

const comparedIn = ({ compares = [DURABLE_ORDERS.name] }: BenchPart): Contestant['name'][] => compares;

const isPart = (name: string): boolean => PARTS.some((part) => part.name === name);
const isContestant = (name: string): boolean => CONTESTANTS.some((contestant) => contestant.name === name);

export const namesText = (): string => {
  const list = (all: { name: string }[]) => all.map(({ name }) => name).join(', ');
  return `Parts: ${list(PARTS)}\nContestants: ${list(CONTESTANTS)}`;
};
