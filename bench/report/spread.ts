interface Spread {
  median: number;
  min: number;
  max: number;
}

/** Of measurements one of which could not be told, nothing is. */
function spreadOf(values: number[]): Spread {
  if (values.some(Number.isNaN)) return { median: NaN, min: NaN, max: NaN };
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 1 ? middle : middle - 1], sorted[middle]];
  return { median: ((low ?? NaN) + (high ?? NaN)) / 2, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN };
}

export const meanOf = (values: number[]): number => values.reduce((total, each) => total + each, 0) / values.length;

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
  return values.length > 1 && Number.isFinite(median)
    ? `${figure(median)} (${figure(min)}–${figure(max)})`
    : figure(median);
}
