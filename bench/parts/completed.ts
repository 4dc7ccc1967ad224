import { setTimeout as pause } from 'node:timers/promises';
import { countOwnCores } from '../load/own-cores.ts';
import { postOrders } from '../load/post-orders.ts';
import { saturatingClients } from '../load/saturating-clients.ts';
import type { DatabaseUse } from '../machine/database.ts';
import { Field } from '../machine/field.ts';
import { eventsOfRuns } from '../machine/histories.ts';
import type { Role } from '../machine/processes.ts';
import { VERSION } from '../machine/real-temporal/build.ts';
import type { Contestant } from '../peers/contestants.ts';
import { figure } from '../report/spread.ts';
import { alternating } from './alternating.ts';
import { carried } from './carried.ts';
import { findings } from './completed-findings.ts';
import type { BenchPart, Circumstances } from './part.ts';

export type ServerKind = 'embedded' | 'real';
const PEERS: Record<ServerKind, Contestant['name'][]> = {
  embedded: ['durable-orders', 'direct', 'empty', 'sync', 'rabbitmq', 'dbos', 'restate'],
  real: ['durable-orders', 'direct', 'empty'],
};

const SERVERS: Record<ServerKind, string> = {
  embedded: "Temporal's embedded server",
  real: `Temporal's real server (${VERSION}) on PostgreSQL`,
};

const part = (server: ServerKind): BenchPart => ({
  name: server === 'embedded' ? 'completed' : 'completed-real',
  title: `Orders carried through a second, ${SERVERS[server]}`,
  compares: PEERS[server],
  async run(circumstances) {
    const names = circumstances.contestants.map(({ name }) => name);
    const raw = await alternating(names, circumstances.rounds, (name, round) =>
      measure(circumstances, server, name, round),
    );
    return findings(this, server, raw, circumstances.contestants);
  },
});

/** Orders that had their last step a second: the services answer at once, so what is measured is the carrying. */
export const completed = part('embedded');
export const completedReal = part('real');

const COUNT = 1000;
/** Posts at once: of who carries in the request, the number that brings most is looked for; the others take far more than they carry. */
const POSTS = { usual: 64, candidates: [64, 256] };
/** Empty runs at once: the number that brings most is looked for, on each server and each time. */
const EMPTY_RUNS = { usual: 90, candidates: [22, 45, 90, 180] };
/** Each look at a number. */
const LOOK_SECONDS = 8;
/** What is fast carries more: how far it is is looked at ten times a second. */
const AT_LEAST_SECONDS = 5;

export interface Completed {
  rate: number;
  /** Posts, or empty runs. */
  atOnce: number;
  /** That posts and looks how far the orders are; empty runs are started by their own worker. */
  generatorCores: number;
  /** Of all processes of a role, all that PostgreSQL does in `postgres`. */
  cpuMs: Record<Role | 'postgres', number>;
  /** That they waited for a core, with something to do. */
  waitedMs: Record<Role | 'postgres', number>;
  /** Of `postgres`, what its sessions took, by what their database is for. */
  sessionsCpuMs: Record<DatabaseUse, number>;
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
  const { usual, candidates } = name === 'empty' ? EMPTY_RUNS : POSTS;
  const warmUp = async (some: number) => some / (await carry(field, some, usual));
  let perSecond = await warmUp(quick ? 20 : 200);
  // Then what is fast has become faster.
  if (perSecond > COUNT / AT_LEAST_SECONDS) perSecond = await warmUp(Math.round(perSecond));
  // Who has nothing that carries beside what accepts, or is the limit.
  const isLookedFor = !quick && (name === 'empty' || contestant.carrying.length === 0);
  const some = Math.round(perSecond * LOOK_SECONDS);
  const look = async (each: number) => ({ rate: some / (await carry(field, some, each)) });
  const atOnce = isLookedFor ? await saturatingClients(candidates, look) : usual;
  const count = quick ? 60 : Math.max(COUNT, Math.round(perSecond * AT_LEAST_SECONDS));
  await pause(1100); // PostgreSQL's counters
  const before = field.processes.usage();
  const sessionsBefore = field.processes.sessionsCpuMs();
  const transactions = await field.database.transactions();
  const generatorCores = countOwnCores();
  const seconds = await carry(field, count, atOnce);
  const measuredCores = generatorCores();
  const after = field.processes.usage();
  const sessionsAfter = field.processes.sessionsCpuMs();
  await pause(1100);
  const transactionsAfter = await field.database.transactions();
  const measured: Completed = {
    rate: count / seconds,
    atOnce,
    generatorCores: measuredCores,
    cpuMs: mapped(after, (role) => (after[role].cpuMs - before[role].cpuMs) / count),
    waitedMs: mapped(after, (role) => (after[role].waitedMs - before[role].waitedMs) / count),
    sessionsCpuMs: mapped(sessionsAfter, (use) => (sessionsAfter[use] - sessionsBefore[use]) / count),
    memoryBytes: mapped(after, (role) => after[role].memoryBytes),
    bytesPerOrder: mapped(after, (role) => (after[role].memoryBytes - before[role].memoryBytes) / count),
    transactions: (transactionsAfter.own - transactions.own) / count,
    temporalTransactions: (transactionsAfter.temporal - transactions.temporal) / count,
    events: contestant.needs.includes('temporal') ? await eventsOfRuns(field.environment.TEMPORAL_ADDRESS) : NaN,
  };
  say(`${server}, round ${round}: ${name} ${figure(measured.rate)}/s`);
  return measured;
}

/** @returns seconds from the first post to the last order's last step; of empty runs, from the first start to the last end */
export async function carry(field: Field, count: number, atOnce: number): Promise<number> {
  if (field.contestant.name === 'empty') {
    const response = await fetch(`${field.url}/start?count=${count}&in_flight=${atOnce}`, { method: 'POST' });
    return ((await response.json()) as { seconds: number }).seconds;
  }
  const done = (await field.services.completed()) + count;
  const started = performance.now();
  await postOrders(field.url, count, atOnce);
  await carried(field, done);
  return (performance.now() - started) / 1000;
}

const mapped = <Key extends string, Value>(record: Record<Key, unknown>, read: (key: Key) => Value) =>
  Object.fromEntries((Object.keys(record) as Key[]).map((key) => [key, read(key)])) as Record<Key, Value>;
