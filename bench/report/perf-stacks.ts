import type { Stack } from './flame-graph.ts';

/**
 * What `perf script -F ip,sym` tells of each sample: a line for each frame, the innermost first, and a blank one behind the last.
 * Source: man 1 perf-script.
 * @param everyMicroseconds between two samples of a thread that runs
 */
export const stacksOf = (script: string, everyMicroseconds: number, isOurs: (symbol: string) => boolean): Stack[] =>
  script
    .split(/\n\s*\n/)
    .map((sample) => sample.split('\n').flatMap((line) => /^\s+[0-9a-f]+ (.+)$/.exec(line)?.[1] ?? []))
    .filter((symbols) => symbols.length > 0)
    .map((symbols) => ({
      frames: symbols.toReversed().map((symbol) => ({ name: shortOf(symbol), ours: isOurs(symbol) })),
      microseconds: everyMicroseconds,
    }));

/** Go names a function by the path of its package. */
const shortOf = (symbol: string): string => symbol.slice(symbol.lastIndexOf('/') + 1);
