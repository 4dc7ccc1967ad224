import { accept } from './accept.ts';
import { alone } from './alone.ts';
import { completed, completedReal } from './completed.ts';
import { drain } from './drain.ts';
import { latency } from './latency.ts';
import { outage } from './outage.ts';
import { overload } from './overload.ts';
import type { BenchPart } from './part.ts';
import { profile } from './profile.ts';
import { reads } from './reads.ts';
import { workers } from './workers.ts';

/** In the order in which they are measured, the long drain last; and what is only done when it is asked for by name. */
export const PARTS: BenchPart[] = [
  accept,
  latency,
  completed,
  completedReal,
  alone,
  outage,
  overload,
  reads,
  workers,
  drain,
  profile,
];

/** A server that is built for minutes first, and what says nothing in small numbers. */
const NOT_QUICK = [completedReal, workers, drain];

/** Without names: all that measures. */
export const usualParts = (quick: boolean): BenchPart[] =>
  PARTS.filter((part) => part !== profile && !(quick && NOT_QUICK.includes(part)));
