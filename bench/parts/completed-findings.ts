import type { DatabaseUse } from '../machine/database.ts';
import type { Role } from '../machine/processes.ts';
import type { Contestant } from '../peers/contestants.ts';
import { bars } from '../report/picture.ts';
import { medianOf, spread } from '../report/spread.ts';
import type { Completed, ServerKind } from './completed.ts';
import { atLeast, type BenchPart, type Findings, type Goal, ratios } from './part.ts';

const COLUMNS: (Role | 'postgres')[] = ['accepting', 'carrying', 'temporal', 'broker', 'postgres', 'services'];

const SESSIONS: Record<ServerKind, [DatabaseUse, string][]> = {
  embedded: [
    ['orders', 'of postgres: orders'],
    ['services', 'of postgres: services'],
  ],
  real: [
    ['orders', 'of postgres: orders'],
    ['services', 'of postgres: services'],
    ['temporal', "of postgres: Temporal's runs"],
    ['visibility', "of postgres: Temporal's list of runs"],
  ],
};

/** What is told of orders carried through: how many, what of whom each took, and what it was to be. */
export function findings(
  { title, name: id }: BenchPart,
  server: ServerKind,
  raw: Record<string, Completed[]>,
  contestants: Contestant[],
): Findings {
  const names = Object.keys(raw);
  const sessions = SESSIONS[server];
  const titleOf = (name: string) => contestants.find((each) => each.name === name)?.title ?? name;
  const costs = (read: (each: Completed, role: Role | 'postgres') => number) =>
    names.map((name) => [
      titleOf(name),
      ...COLUMNS.map((role) => spread(raw[name]?.map((each) => read(each, role)) ?? [])),
    ]);
  return {
    raw,
    tables: [
      {
        title,
        columns: ['', ...seen(server).map(([column]) => column)],
        rows: names.map((name) => [
          titleOf(name),
          ...seen(server).map(([, key]) => spread(raw[name]?.map((each) => each[key]) ?? [])),
        ]),
        note: 'At once: orders that are being posted, or empty runs. Transactions that only read count too. Empty runs are started by their own worker: no generator.',
      },
      {
        title: `${title}: CPU ms an order`,
        columns: ['', ...COLUMNS, ...sessions.map(([, column]) => column)],
        rows: costs((each, role) => each.cpuMs[role]).map((row, index) => [
          ...row,
          ...sessions.map(([use]) => spread(raw[names[index] as string]?.map((each) => each.sessionsCpuMs[use]) ?? [])),
        ]),
        note: 'Of postgres: its sessions, by what their database is for; what serves all of them (the log, checkpoints, vacuuming), and a session that has ended meanwhile, is in none.',
      },
      {
        title: `${title}: memory in MiB`,
        columns: ['', ...COLUMNS],
        rows: costs((each, role) => each.memoryBytes[role] / 2 ** 20),
        note: 'What carries has bundled its workflow code itself but for durable-orders, which has it as one file, as an image does.',
      },
      {
        title: `${title}: what memory grew by, in KiB an order`,
        columns: ['', ...COLUMNS],
        rows: costs((each, role) => each.bytesPerOrder[role] / 2 ** 10),
        note: 'With what is garbage and not yet collected; less than nothing where what was there before has been.',
      },
    ],
    pictures: [
      bars(
        id,
        title,
        'orders/s',
        names.map((name) => ({ name, value: medianOf(ratesOf(raw, name)) })),
      ),
    ],
    goals: goalsOf(server, raw),
  };
}

type SeenKey = 'rate' | 'atOnce' | 'transactions' | 'temporalTransactions' | 'events' | 'generatorCores';

const seen = (server: ServerKind): [string, SeenKey][] => [
  ['orders/s', 'rate'],
  ['at once', 'atOnce'],
  ['transactions in its database/order', 'transactions'],
  ...(server === 'real' ? [["transactions in Temporal's/order", 'temporalTransactions'] as [string, SeenKey]] : []),
  ['history events/order', 'events'],
  ['generator cores', 'generatorCores'],
];

function goalsOf(server: ServerKind, raw: Record<string, Completed[]>): Goal[] {
  const ratio = (peer: string) => ratios(ratesOf(raw, 'durable-orders'), ratesOf(raw, peer));
  const direct = `completed orders/s ÷ direct with regular activities, ${server} server`;
  const empty = `completed orders/s ÷ empty workflows/s, ${server} server`;
  return server === 'embedded'
    ? [atLeast('4-embedded', direct, ratio('direct'), 2), atLeast('5', empty, ratio('empty'), 0.7)]
    : [atLeast('4-real', direct, ratio('direct'), 3), atLeast('5-real', empty, ratio('empty'), 0.7)];
}

const ratesOf = (raw: Record<string, Completed[]>, name: string): number[] => raw[name]?.map(({ rate }) => rate) ?? [];
