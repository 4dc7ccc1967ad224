import { accept } from './accept.ts';
import { alone } from './alone.ts';
import { completed, completedReal } from './completed.ts';
import { drain } from './drain.ts';
import { latency } from './latency.ts';
import { outage } from './outage.ts';
import { overload } from './overload.ts';
import type { BenchPart } from './part.ts';
import { reads } from './reads.ts';
import { workers } from './workers.ts';

/** In the order in which they are measured; the long drain last. */
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
];
