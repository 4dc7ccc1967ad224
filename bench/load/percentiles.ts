import { meanOf } from '../report/spread.ts';

/** A percentile that is told by fewer is the luck of two or three: so many samples are needed for it. */
const NEEDED = { p99: 300, p999: 10_000 };

export interface Percentiles {
  mean: number;
  p50: number;
  p90: number;
  /** NaN, as P99.9, where there are too few samples to tell it. */
  p99: number;
  p999: number;
  max: number;
  /** At the percentiles 0, 1, … 100, for pictures. */
  curve: number[];
}

export function percentilesOf(samples: number[]): Percentiles {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  const told = toldBy(sorted.length);
  return {
    mean: meanOf(sorted),
    ...{ p50: at(0.5), p90: at(0.9), p99: told.p99(at(0.99)), p999: told.p999(at(0.999)), max: at(1) },
    curve: Array.from({ length: 101 }, (_, percent) => at(percent / 100)),
  };
}

/** Keeps what so many samples can tell, and makes NaN of what they can't. */
export const toldBy = (samples: number) => ({
  p99: (value: number) => (samples >= NEEDED.p99 ? value : NaN),
  p999: (value: number) => (samples >= NEEDED.p999 ? value : NaN),
});
