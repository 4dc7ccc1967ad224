import { setTimeout as pause } from 'node:timers/promises';
import { countOwnCores } from '../load/own-cores.ts';
import { postOrders } from '../load/post-orders.ts';
import { Field } from '../machine/field.ts';
import { eventsOfRuns } from '../machine/histories.ts';
import type { Role } from '../machine/processes.ts';
import type { Contestant } from '../peers/contestants.ts';
import { bars } from '../report/picture.ts';
import { figure, medianOf, spread } from '../report/spread.ts';
import { alternating } from './alternating.ts';
import { carried } from './carried.ts';
import { atLeast, type BenchPart, type Circumstances, type Findings } from './part.ts';

type ServerKind = 'embedded' | 'real';
const PEERS: Record<ServerKind, Contestant['name'][]> = {
  embedded: ['durable-orders', 'direct', 'empty', 'rabbitmq', 'dbos', 'restate'],
  real: ['durable-orders', 'direct', 'empty'],
};

const part = (server: ServerKind): BenchPart => ({
  name: server === 'embedded' ? 'completed' : 'completed-real',
  title: `Orders carried through a second, ${server === 'embedded' ? "Temporal's embedded server" : "Temporal's real server on PostgreSQL"}`,
  async run(circumstances) {
    const names = PEERS[server].filter((name) => circumstances.contestants.some((each) => each.name === name));
    const raw = await alternating(names, circumstances.rounds, (name, round) =>
      measure(circumstances, server, name, round),
    );
    return findings(this, server, raw, circumstances.contestants);
  },
});

/** Orders that had their last step a second: the services answer at once, so what is measured is the carrying. */
export const completed = part('embedded');
export const completedReal = part('real');

export interface Completed {
  rate: number;
  /** That posts and looks how far the orders are; empty runs are started by their own worker. */
  generatorCores: number;
  /** Of all processes of a role, PostgreSQL's share for the services included in `postgres`. */
  cpuMs: Record<Role | 'postgres', number>;
  memoryBytes: Record<Role | 'postgres', number>;
  /** What it grew by, for each order. */
  bytesPerOrder: Record<Role | 'postgres', number>;
  /** In the contestant's own database. */
  transactions: number;
  /** In those of Temporal's real server; 0 with the embedded one, which has none here. */
  temporalTransactions: number;
  /** Of the histories of its runs; NaN where it has none. */
  events: number;
}

async function measure(
  { ground, quick, contestants, say }: Circumstances,
  server: ServerKind,
  name: string,
  round: number,
): Promise<Completed> {
  const contestant = contestants.find((each) => each.name === name) as Contestant;
  await using field = await Field.lay(ground, contestant, { latencies: 'none', carrying: true, server });
  const count = quick ? 100 : 1000;
  await carry(field, quick ? 20 : 200);
  await pause(1100); // PostgreSQL's counters
  const before = field.processes.usage();
  const transactions = await field.database.transactions();
  const generatorCores = countOwnCores();
  const seconds = await carry(field, count);
  const measuredCores = generatorCores();
  const after = field.processes.usage();
  await pause(1100);
  const transactionsAfter = await field.database.transactions();
  const measured: Completed = {
    rate: count / seconds,
    generatorCores: measuredCores,
    cpuMs: byRole(after, (role) => (after[role].cpuMs - before[role].cpuMs) / count),
    memoryBytes: byRole(after, (role) => after[role].memoryBytes),
    bytesPerOrder: byRole(after, (role) => (after[role].memoryBytes - before[role].memoryBytes) / count),
    transactions: (transactionsAfter.own - transactions.own) / count,
    temporalTransactions: (transactionsAfter.temporal - transactions.temporal) / count,
    events: contestant.needs.includes('temporal') ? await eventsOfRuns(field.environment.TEMPORAL_ADDRESS) : NaN,
  };
  say(`${server}, round ${round}: ${name} ${figure(measured.rate)}/s`);
  return measured;
}

/** @returns seconds from the first post to the last order's last step */
async function carry(field: Field, count: number): Promise<number> {
  if (field.contestant.name === 'empty') {
    const response = await fetch(`${field.url}/start?count=${count}&in_flight=180`, { method: 'POST' });
    return ((await response.json()) as { seconds: number }).seconds;
  }
  const done = (await field.services.completed()) + count;
  const started = performance.now();
  await postOrders(field.url, count);
  await carried(field, done);
  return (performance.now() - started) / 1000;
}

const byRole = <Value>(usage: Record<Role | 'postgres', unknown>, read: (role: Role | 'postgres') => Value) =>
  Object.fromEntries((Object.keys(usage) as (Role | 'postgres')[]).map((role) => [role, read(role)])) as Record<
    Role | 'postgres',
    Value
  >;

function findings(
  { title, name: id }: BenchPart,
  server: ServerKind,
  raw: Record<string, Completed[]>,
  contestants: Contestant[],
): Findings {
  const rates = (name: string) => raw[name]?.map(({ rate }) => rate) ?? [];
  const ratio = (peer: string) =>
    medianOf(rates('durable-orders').map((rate, round) => rate / (rates(peer)[round] ?? NaN)));
  const names = Object.keys(raw);
  const titleOf = (name: string) => contestants.find((each) => each.name === name)?.title ?? name;
  const columns: (Role | 'postgres')[] = ['accepting', 'carrying', 'temporal', 'broker', 'postgres', 'services'];
  const costs = (read: (each: Completed, role: Role | 'postgres') => number) =>
    names.map((name) => [
      titleOf(name),
      ...columns.map((role) => figure(medianOf(raw[name]?.map((each) => read(each, role)) ?? []))),
    ]);
  return {
    raw,
    tables: [
      {
        title,
        columns: [
          ...['', 'orders/s', 'transactions in its database/order'],
          ...(server === 'real' ? ["transactions in Temporal's/order"] : []),
          ...['history events/order', 'generator cores'],
        ],
        rows: names.map((name) => [
          titleOf(name),
          spread(rates(name)),
          spread(raw[name]?.map((each) => each.transactions) ?? []),
          ...(server === 'real' ? [spread(raw[name]?.map((each) => each.temporalTransactions) ?? [])] : []),
          figure(medianOf(raw[name]?.map((each) => each.events) ?? [])),
          spread(raw[name]?.map((each) => each.generatorCores) ?? []),
        ]),
      },
      { title: `${title}: CPU ms an order`, columns: ['', ...columns], rows: costs((each, role) => each.cpuMs[role]) },
      {
        title: `${title}: memory in MiB`,
        columns: ['', ...columns],
        rows: costs((each, role) => each.memoryBytes[role] / 2 ** 20),
      },
      {
        title: `${title}: what memory grew by, in KiB an order`,
        columns: ['', ...columns],
        rows: costs((each, role) => each.bytesPerOrder[role] / 2 ** 10),
      },
    ],
    pictures: [
      bars(
        id,
        title,
        'orders/s',
        names.map((name) => ({ name, value: medianOf(rates(name)) })),
      ),
    ],
    goals:
      server === 'embedded'
        ? [
            atLeast(
              '4-embedded',
              'completed orders/s ÷ direct with regular activities, embedded server',
              ratio('direct'),
              2,
            ),
            atLeast('5', 'completed orders/s ÷ empty workflows/s, embedded server', ratio('empty'), 0.7),
          ]
        : [
            atLeast('4-real', 'completed orders/s ÷ direct with regular activities, real server', ratio('direct'), 3),
            atLeast('5-real', 'completed orders/s ÷ empty workflows/s, real server', ratio('empty'), 0.7),
          ],
  };
}
