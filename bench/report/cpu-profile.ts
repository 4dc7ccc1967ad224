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
