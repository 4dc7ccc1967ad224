import type { DatabaseUse } from '../machine/database.ts';
import type { Role } from '../machine/processes.ts';
import type { Contestant } from '../peers/contestants.ts';
import { bars } from '../report/picture.ts';
import { medianOf, spread } from '../report/spread.ts';
import type { Completed, ServerKind } from './completed.ts';
import { atLeast, type BenchPart, type Findings, type Goal, ratios } from './part.ts';

/** What of each measurement stands in it. */
type Column = [title: string, read: (each: Completed) => number];

const ROLES: (Role | 'postgres')[] = ['accepting', 'carrying', 'temporal', 'broker', 'postgres', 'services'];

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
  const titleOf = (name: string) => contestants.find((each) => each.name === name)?.title ?? name;
  const table = (title: string, columns: Column[], note: string) => ({
    title,
    columns: ['', ...columns.map(([column]) => column)],
    rows: names.map((name) => [titleOf(name), ...columns.map(([, read]) => spread(raw[name]?.map(read) ?? []))]),
    note,
  });
  return {
    raw,
    tables: [
      table(
        title,
        seen(server),
        'At once: orders that are being posted, or empty runs. Transactions that only read count too. Empty runs are started by their own worker: no generator.',
      ),
      table(
        `${title}: CPU ms an order`,
        [
          ...byRole((each, role) => each.cpuMs[role]),
          ...SESSIONS[server].map(([use, column]): Column => [column, (each) => each.sessionsCpuMs[use]]),
        ],
        'Of postgres: its sessions, by what their database is for; what serves all of them (the log, checkpoints, vacuuming), and a session that has ended meanwhile, is in none.',
      ),
      table(
        `${title}: ms an order that it had something to do and waited for a core`,
        byRole((each, role) => each.waitedMs[role]),
        'Of all threads: several may wait at once.',
      ),
      table(
        `${title}: memory in MiB`,
        byRole((each, role) => each.memoryBytes[role] / 2 ** 20),
        'What carries has bundled its workflow code itself but for durable-orders, which has it as one file, as an image does.',
      ),
      table(
        `${title}: what memory grew by, in KiB an order`,
        byRole((each, role) => each.bytesPerOrder[role] / 2 ** 10),
        'With what is garbage and not yet collected; less than nothing where what was there before has been.',
      ),
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

const byRole = (read: (each: Completed, role: Role | 'postgres') => number): Column[] =>
  ROLES.map((role) => [role, (each) => read(each, role)]);

const seen = (server: ServerKind): Column[] => [
  ['orders/s', ({ rate }) => rate],
  ['at once', ({ atOnce }) => atOnce],
  ['transactions in its database/order', ({ transactions }) => transactions],
  ...(server === 'real'
    ? [["transactions in Temporal's/order", ({ temporalTransactions }) => temporalTransactions] satisfies Column]
    : []),
  ['history events/order', ({ events }) => events],
  ['generator cores', ({ generatorCores }) => generatorCores],
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
