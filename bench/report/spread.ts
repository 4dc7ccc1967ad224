export interface Spread {
  median: number;
  min: number;
  max: number;
}

export function spreadOf(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 1 ? middle : middle - 1], sorted[middle]];
  return { median: ((low ?? NaN) + (high ?? NaN)) / 2, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN };
}

export const medianOf = (values: number[]): number => spreadOf(values).median;

/** Three digits that count: `4,180`, `26.3`, `0.0152`. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return `${Number(value.toPrecision(3))}`;
}

/** `median (min–max)`. */
export function spread(values: number[]): string {
  const { median, min, max } = spreadOf(values);
  return values.length > 1 ? `${figure(median)} (${figure(min)}–${figure(max)})` : figure(median);
}
