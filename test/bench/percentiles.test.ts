import { join } from 'node:path';
import { percentilesOf } from '../../bench/load/percentiles.ts';
import { spread } from '../../bench/report/spread.ts';
import { ROOT } from '../support/imports.ts';

// Not seen by tsc: its types need the benchmark's own packages, which are not installed with ours.
const { goalsOf, summary } = await import(join(ROOT, 'bench', 'report', 'summary.ts'));

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test('the mean and the percentiles of what was measured, in any order', () => {
  expect(percentilesOf(upTo(10_000).reverse())).toMatchObject({ mean: 5000.5, p50: 5001, p99: 9901, max: 10_000 });
});

test('no P99 is told by fewer than 300, and no P99.9 by fewer than 10,000', () => {
  expect(percentilesOf(upTo(299)).p99).toBeNaN();
  expect(percentilesOf(upTo(300)).p99).toBe(298);
  expect(percentilesOf(upTo(9999)).p999).toBeNaN();
  expect(percentilesOf(upTo(10_000)).p999).toBe(9991);
});

test('what one round could not tell is shown as not told, whatever the others were', () => {
  expect(spread([3, NaN, 1])).toBe('–');
  expect(spread([3, 2, 1])).toBe('2 (1–3)');
});

test('a goal that nothing could be told of stays among them, and is not met', () => {
  const goal = (id: string, value: number) => ({
    id,
    what: 'x',
    value,
    seen: `${value}`,
    goal: '≤ 1',
    met: value <= 1,
  });
  const found = { latency: { goals: [goal('3-p99', NaN), goal('3-median', 2), goal('3-mean', 1)] } };
  expect(goalsOf(found)).toEqual(found.latency.goals);
  expect(summary(found).rows.map((row: string[]) => row.at(-1))).toEqual(['not told', 'no', 'yes']);
});
