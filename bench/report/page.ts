import type { Probed } from '../machine/probe.ts';
import type { Findings } from '../parts/part.ts';
import { figure } from './spread.ts';
import { summary } from './summary.ts';
import { tableText } from './table.ts';

export interface About {
  command: string;
  machine: string;
  /** Of what is compared and stood on. */
  versions: string;
  /** Of this project, as git names it. */
  commit: string;
  /** All contestants, in full numbers, three rounds or more. */
  isCertain: boolean;
}

/** A part's findings as they are kept: pictures are files of their own. */
export interface Kept extends Omit<Findings, 'pictures'> {
  at: string;
  title: string;
  command: string;
  machine: string;
  versions?: string;
  commit?: string;
  /** How fast the machine was. */
  probed?: { before: Probed; after: Probed };
  pictures: string[];
}

/** RESULTS.md: the latest of each part. */
export function page(parts: Record<string, Kept>): string {
  const sections = Object.values(parts).map(({ title, tables, pictures, command, commit, at, probed }) =>
    [
      ...(tables.length === 0 ? [`### ${title}\n`] : tables.map(tableText)),
      ...pictures.map((name) => `![${name}](results/${name}.svg)\n`),
      `\`${command}\`, ${at.slice(0, 10)}${commit ? `, at ${commit}` : ''}${probed ? probedText(probed) : ''}\n`,
    ].join('\n'),
  );
  const distinct = (all: (string | undefined)[]) => [...new Set(all)].filter((each) => each !== undefined);
  const machines = distinct(Object.values(parts).map(({ machine }) => machine));
  const versions = distinct(Object.values(parts).map((part) => part.versions));
  return [
    '# Results',
    '',
    `On ${machines.join('; and on ')}. Everything shares this machine, the load generator too.`,
    ...versions.map((each) => `With ${each}.`),
    'Medians over the rounds, with the lowest and highest; the backlog is drained once. How it is measured: [README](README.md).',
    '',
    tableText(summary(parts)),
    'The command, the day and the version of each part stand under its tables; of newer ones also how fast the machine was before and after it.\n',
    ...sections,
  ].join('\n');
}

function probedText({ before, after }: { before: Probed; after: Probed }): string {
  const both = (key: keyof Probed) => `${figure(before[key])} ns before and ${figure(after[key])} after`;
  return `; a read of memory took ${both('readNs')}, a step of arithmetic ${both('stepNs')}`;
}
