import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Findings } from '../parts/part.ts';
import { goalsOf, summary } from './summary.ts';
import { tableText } from './table.ts';

const BENCH = join(import.meta.dirname, '..');

export interface About {
  command: string;
  machine: string;
  quick: boolean;
  /** False: only some parts or contestants were measured. */
  isWhole: boolean;
}

/**
 * Writes `results/<date>.json` and the pictures; and, where all was measured with all certainty, `latest.json` and RESULTS.md.
 * @returns the files, from the project's root
 */
export function writeResults(found: Record<string, Findings>, about: About): string[] {
  const at = new Date().toISOString();
  const results = join(BENCH, 'results');
  mkdirSync(results, { recursive: true });
  const record = `${JSON.stringify({ at, ...about, goals: goalsOf(found), parts: rawOf(found) }, null, 1)}\n`;
  const files: [string, string][] = [[join(results, `${at.slice(0, 19).replaceAll(':', '')}.json`), record]];
  if (about.isWhole && !about.quick) {
    files.push([join(results, 'latest.json'), record]);
    files.push([join(BENCH, 'RESULTS.md'), page(found, about, at)]);
    for (const { name, svg } of picturesOf(found)) files.push([join(results, `${name}.svg`), svg]);
  }
  for (const [path, text] of files) writeFileSync(path, text);
  return files.map(([path]) => relative(join(BENCH, '..'), path));
}

const picturesOf = (found: Record<string, Findings>) => Object.values(found).flatMap(({ pictures }) => pictures ?? []);

const rawOf = (found: Record<string, Findings>) =>
  Object.fromEntries(Object.entries(found).map(([name, { raw, goals }]) => [name, { goals, raw }]));

function page(found: Record<string, Findings>, { command, machine }: About, at: string): string {
  const sections = Object.values(found).map(({ tables, pictures = [] }) =>
    [...tables.map(tableText), ...pictures.map(({ name }) => `![${name}](results/${name}.svg)\n`)].join('\n'),
  );
  return [
    '# Results',
    '',
    `\`${command}\`, ${at.slice(0, 10)}, on ${machine}. Everything shares this machine, the load generator too.`,
    'Medians over the rounds, with the lowest and highest. How it is measured: [README](README.md).',
    '',
    tableText(summary(found)),
    ...sections,
  ].join('\n');
}
