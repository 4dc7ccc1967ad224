import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/imports.ts';

// Not seen by tsc: its types need the benchmark's own packages, which are not installed with ours.
const { atLeast, atMost, ratios, worstOf } = await import(join(ROOT, 'bench', 'parts', 'part.ts'));
const { page } = await import(join(ROOT, 'bench', 'report', 'page.ts'));

test('a ratio is one of each round, and what a round lacks can not be told', () => {
  expect(ratios([10, 30, 50], [5, 10, 10])).toEqual([2, 3, 5]);
  expect(ratios([10, 30], [5])).toEqual([2, NaN]);
});

test('a goal is met by its median, and shows the lowest and the highest too', () => {
  expect(atLeast('1', 'twice', [2, 3, 1.9], 2)).toMatchObject({ value: 2, seen: '2 (1.9–3)', goal: '≥ 2', met: true });
  expect(atMost('2', 'half', [0.6, 0.7, 0.4], 0.5)).toMatchObject({ value: 0.6, seen: '0.6 (0.4–0.7)', met: false });
});

test('the worst is the highest, and one that can not be told is not passed over', () => {
  expect(worstOf([[1, 1, 1], [2, 2, 2], [1.5]])).toEqual([2, 2, 2]);
  expect(worstOf([[1], [NaN], [2]])).toEqual([NaN]);
});

const latest = () => JSON.parse(readFileSync(join(ROOT, 'bench', 'results', 'latest.json'), 'utf8'));

test('RESULTS.md is what the latest findings say, unchanged by hand', () => {
  expect(readFileSync(join(ROOT, 'bench', 'RESULTS.md'), 'utf8')).toBe(page(latest().parts));
});

interface Goal {
  id: string;
  value: number;
  met: boolean;
}

/** As the README says it, in few digits. */
function shortly({ id, value }: Goal): string {
  if (id.startsWith('3')) return `1/${(1 / value).toFixed(value > 0.1 ? 1 : 0)}`;
  if (id.startsWith('6')) return `${Math.round(value)} ms`;
  if (id === '9-lost') return `${value}`;
  return `${value.toFixed(value < 1 ? 3 : value < 2 ? 2 : 1)} ×`;
}

test("the README's table has every goal, as it was seen last, and whether it was met", () => {
  const goals: Goal[] = latest().goals;
  const lines = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n');
  const isRow = (line: string) => /^\| \d+(-\w+)*(, \d+(-\w+)*)* \|/.test(line);
  const rows = lines.filter(isRow).map((line) => line.split('|').map((cell) => cell.trim()));
  const told = rows.map(([, ids = '', , seen, , met]) => ({ ids, seen, met }));
  const expected = told.map(({ ids }) => {
    const its = ids.split(', ').map((id) => goals.find((goal) => goal.id === id) as Goal);
    const met = new Set(its.map((goal) => (goal.met ? 'yes' : 'no')));
    return { ids, seen: its.map(shortly).join(', '), met: [...met].join(', ') };
  });
  expect(told).toEqual(expected);
  expect(told.flatMap(({ ids }) => ids.split(', ')).toSorted()).toEqual(goals.map(({ id }) => id).toSorted());
});

const KEPT = {
  ...{ command: 'npm run bench', machine: 'two cores', commit: '1234567', at: '2026-11-26T10:00:00Z' },
  probed: { before: { readNs: 142.3, stepNs: 1.31 }, after: { readNs: 35, stepNs: 1.3 } },
};

test('the page has the goals, the tables and the pictures of each part, and what each was measured with', () => {
  const text = page({
    accept: {
      ...{ ...KEPT, title: 'Accepting', pictures: ['accepts'], raw: null },
      goals: [atLeast('1', 'twice', [2, 3, 1.9], 2)],
      tables: [{ title: 'Accepting', columns: ['', 'orders/s'], rows: [['ours', '10']] }],
    },
    profile: { ...KEPT, title: 'Where the time goes', pictures: ['flame-api'], raw: null, goals: [], tables: [] },
  });
  expect(text).toContain('| 1. twice | 2 (1.9–3) |  ≥ 2 | yes |');
  expect(text).toContain('| ours |       10 |');
  expect(text).toContain('### Where the time goes');
  expect(text).toContain('![flame-api](results/flame-api.svg)');
  expect(text).toContain(
    '`npm run bench`, 2026-11-26, at 1234567; a read of memory took 142 ns before and 35 after, a step of arithmetic 1.31 ns before and 1.3 after',
  );
});
