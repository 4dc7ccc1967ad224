import type { Findings, Goal } from '../parts/part.ts';
import type { Table } from './table.ts';

/** Without those that nothing could be told of: a contestant was left out, or there were too few samples. */
export const goalsOf = (found: Record<string, Pick<Findings, 'goals'>>): Goal[] =>
  Object.values(found)
    .flatMap(({ goals }) => goals)
    .filter(({ value }) => Number.isFinite(value))
    .toSorted((a, b) => Number.parseInt(a.id, 10) - Number.parseInt(b.id, 10));

/** What was to be reached and what was. */
export const summary = (found: Record<string, Pick<Findings, 'goals'>>): Table => ({
  title: 'Goals',
  columns: ['', 'seen', 'goal', 'met'],
  rows: goalsOf(found).map(({ id, what, seen, goal, met }) => [`${id}. ${what}`, seen, goal, met ? 'yes' : 'no']),
});
