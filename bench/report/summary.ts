import type { Findings, Goal } from '../parts/part.ts';
import type { Table } from './table.ts';

/** One of which nothing could be told (a contestant was left out, or there were too few samples) is among them: it is not met. */
export const goalsOf = (found: Record<string, Pick<Findings, 'goals'>>): Goal[] =>
  Object.values(found)
    .flatMap(({ goals }) => goals)
    .toSorted((a, b) => Number.parseInt(a.id, 10) - Number.parseInt(b.id, 10));

/** What was to be reached and what was. */
export const summary = (found: Record<string, Pick<Findings, 'goals'>>): Table => ({
  title: 'Goals',
  columns: ['', 'seen', 'goal', 'met'],
  rows: goalsOf(found).map(({ id, what, value, seen, goal, met }) => [
    `${id}. ${what}`,
    seen,
    goal,
    verdict(value, met),
  ]),
});

/** Of the latest findings, which were written down, what could not be told is null. */
const verdict = (value: number | null, met: boolean): string =>
  met ? 'yes' : Number.isFinite(value) ? 'no' : 'not told';
