import type { Stack } from './flame-graph.ts';

/** What Node writes with --cpu-prof. Source: Chrome DevTools Protocol, Profiler.Profile. */
export interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number }; children?: number[] }[];
  /** Microseconds of the monotonic clock. */
  startTime: number;
  samples: number[];
  timeDeltas: number[];
}

/** Shares of a thread's time. Native: system calls and what else no JavaScript has called, as reading from sockets. */
export interface Spent {
  idle: number;
  native: number;
  garbage: number;
  javascript: number;
}

/** V8's names for what is not JavaScript. */
const BESIDE = new Map<string | undefined, keyof Spent>([
  ['(idle)', 'idle'],
  ['(program)', 'native'],
  ['(garbage collector)', 'garbage'],
]);

export function spentIn({ nodes, samples, timeDeltas }: CpuProfile): Spent {
  const nameOf = new Map(nodes.map(({ id, callFrame }) => [id, callFrame.functionName]));
  const whole = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  const spent: Spent = { idle: 0, native: 0, garbage: 0, javascript: 0 };
  for (const [index, sample] of samples.entries())
    spent[BESIDE.get(nameOf.get(sample)) ?? 'javascript'] += (timeDeltas[index] ?? 0) / whole;
  return spent;
}

/** Not work: waiting, and what frames everything else. */
const LEFT_OUT = new Set(['(idle)', '(root)', '(program)']);

export function stacksOf({ nodes, samples, timeDeltas }: CpuProfile): Stack[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parentOf = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  return samples.flatMap((sample, index) => {
    const path: number[] = [];
    for (let id: number | undefined = sample; id !== undefined; id = parentOf.get(id)) path.unshift(id);
    const frames = path
      .map((id) => byId.get(id)?.callFrame)
      .filter((each) => each !== undefined && !LEFT_OUT.has(each.functionName))
      .map((each) => ({ name: each?.functionName || '(anonymous)', ours: isOurs(each?.url ?? '') }));
    return frames.length > 0 ? [{ frames, microseconds: timeDeltas[index] ?? 0 }] : [];
  });
}

const isOurs = (url: string): boolean => /^file:/.test(url) && !url.includes('/node_modules/');
