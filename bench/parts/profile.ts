import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postAtConstantRate } from '../load/constant-rate.ts';
import { postOrders } from '../load/post-orders.ts';
import { saturate } from '../load/wrk.ts';
import { Field, type Laid } from '../machine/field.ts';
import { sampled } from '../machine/perf.ts';
import { DURABLE_ORDERS } from '../peers/contestants.ts';
import { type CpuProfile, type Spent, spentIn, stacksOf } from '../report/cpu-profile.ts';
import { flameGraph } from '../report/flame-graph.ts';
import type { Picture } from '../report/picture.ts';
import { figure } from '../report/spread.ts';
import type { Table } from '../report/table.ts';
import { carried } from './carried.ts';
import { FLOOD, SHORT_QUEUE } from './overload.ts';
import type { BenchPart, Circumstances } from './part.ts';

/** Orders a second, less than saturate the API on a slow day, beside a worker too. */
const EVENLY = 3000;
const COMING_EVENLY = `${EVENLY.toLocaleString('en')} orders a second that come evenly`;

interface Profiled {
  picture: string;
  title: string;
  /** A file that only the looked-at thread runs. */
  runs: string;
  carrying: boolean;
  server?: 'real';
  latencies?: Laid['latencies'];
  settings?: Record<string, string>;
  work(field: Field, quick: boolean): Promise<unknown>;
}

const PROFILED: Profiled[] = [
  {
    picture: 'flame-api',
    title: 'The API, accepting at saturation',
    runs: '/src/api/server.ts',
    carrying: false,
    work: ({ url }, quick) => saturate(url, { seconds: quick ? 2 : 10, connections: 512 }),
  },
  {
    picture: 'flame-api-evenly',
    title: `The API, ${COMING_EVENLY}`,
    runs: '/src/api/server.ts',
    carrying: false,
    work: postEvenly,
  },
  {
    picture: 'flame-api-beside-worker',
    title: `The API, ${COMING_EVENLY}, beside a busy worker`,
    runs: '/src/api/server.ts',
    carrying: true,
    latencies: 'usual',
    work: postEvenly,
  },
  {
    picture: 'flame-api-refusing',
    title: 'The API, in a flood of clients of which many are refused',
    runs: '/src/api/server.ts',
    carrying: false,
    settings: { INTAKE_QUEUE: `${SHORT_QUEUE}` },
    work: ({ url }, quick) => saturate(url, { seconds: quick ? 2 : 10, connections: FLOOD }),
  },
  {
    picture: 'flame-worker',
    title: 'The worker, carrying orders through',
    runs: '/worker.ts',
    carrying: true,
    work: carryThrough,
  },
  {
    picture: 'flame-worker-real',
    title: "The worker, carrying orders through on Temporal's real server",
    runs: '/worker.ts',
    carrying: true,
    server: 'real',
    work: carryThrough,
  },
  {
    picture: 'flame-worker-alone',
    title: 'The worker, one order at a time, services at their usual speed',
    runs: '/worker.ts',
    carrying: true,
    latencies: 'usual',
    work: oneByOne,
  },
];

async function postEvenly({ url }: Field, quick: boolean): Promise<void> {
  await postAtConstantRate({ url, rate: EVENLY, warmUpSeconds: 1, seconds: quick ? 2 : 10 });
}

async function carryThrough(field: Field, quick: boolean): Promise<void> {
  const done = await field.services.completed();
  const count = quick ? 200 : 2000;
  await postOrders(field.url, count);
  await carried(field, done + count);
}

async function oneByOne(field: Field, quick: boolean): Promise<void> {
  const done = await field.services.completed();
  for (let order = 1; order <= (quick ? 5 : 50); order++) {
    await postOrders(field.url, 1);
    await carried(field, done + order);
  }
}

/** Where the time of API, worker and Temporal goes, as flame graphs. Only by name: it measures nothing, and slows what it looks at. */
export const profile: BenchPart = {
  name: 'profile',
  title: 'Where API, worker and Temporal spend their time',
  async run(circumstances) {
    const pictures: Picture[] = [];
    const spent: Record<string, Spent> = {};
    for (const profiled of PROFILED) {
      circumstances.say(`profile: ${profiled.title}`);
      const profile = await take(circumstances, profiled);
      pictures.push(flameGraph(profiled.picture, profiled.title, stacksOf(profile)));
      spent[profiled.title] = spentIn(profile);
    }
    pictures.push(await temporalPicture(circumstances));
    return { raw: spent, tables: [tableOf(this.title, spent)], goals: [], pictures };
  },
};

const tableOf = (title: string, spent: Record<string, Spent>): Table => ({
  title,
  columns: ['share of the main thread’s time', 'idle', 'native', 'garbage collection', 'JavaScript'],
  rows: Object.entries(spent).map(([what, { idle, native, garbage, javascript }]) => [
    what,
    ...[idle, native, garbage, javascript].map(figure),
  ]),
  note: 'Taken once, by V8’s sampling profiler, which costs what it looks at some of its speed. Native: system calls and what else no JavaScript has called, such as reading from sockets. The pictures show the rest, what called what for how long, our own code in green. That of Temporal is taken by `perf`, of all threads, its own code in green.',
});

async function take(
  { ground, quick }: Circumstances,
  { runs, carrying, server, latencies = 'none', settings: own, work }: Profiled,
): Promise<CpuProfile> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-profile-'));
  const settings = { ...own, NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${dir}` };
  const during: [number, number] = [0, 0];
  try {
    {
      await using field = await Field.lay(ground, DURABLE_ORDERS, { latencies, carrying, server, settings });
      await work(field, true); // what is hot is compiled by then
      during[0] = monotonicMicroseconds();
      await work(field, quick);
      during[1] = monotonicMicroseconds();
    } // written when the processes end
    const profiles = globSync('*.cpuprofile', { cwd: dir }).map((file) => readProfile(join(dir, file)));
    const found = profiles.find(({ nodes }) => nodes.some(({ callFrame }) => callFrame.url.endsWith(runs)));
    if (!found) throw new Error(`Node left no profile of ${runs}`);
    return within(found, during);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Where Temporal's real server has its processor time. The embedded one is published without the names of its functions. */
async function temporalPicture({ ground, quick, say }: Circumstances): Promise<Picture> {
  const title = "Temporal's real server, carrying orders through";
  say(`profile: ${title}`);
  await using field = await Field.lay(ground, DURABLE_ORDERS, { latencies: 'none', carrying: true, server: 'real' });
  await carryThrough(field, true);
  const stacks = await sampled(field.processes.pidsOf('temporal'), isTemporals, () => carryThrough(field, quick));
  return flameGraph('flame-temporal-real', title, stacks);
}

const isTemporals = (symbol: string): boolean => symbol.startsWith('go.temporal.io/');

const readProfile = (path: string): CpuProfile => JSON.parse(readFileSync(path, 'utf8'));

/** The clock of V8's profiles, on Linux: the monotonic one, for all processes alike. */
const monotonicMicroseconds = (): number => Number(process.hrtime.bigint() / 1000n);

/** Neither starting nor stopping. */
function within(profile: CpuProfile, [from, to]: [number, number]): CpuProfile {
  let at = profile.startTime;
  const taken = profile.samples.flatMap((sample, index) => {
    const delta = profile.timeDeltas[index] ?? 0;
    at += delta;
    return at >= from && at <= to ? [{ sample, delta }] : [];
  });
  if (taken.length === 0) throw new Error('the profile has nothing of the time that was to be looked at');
  return { ...profile, samples: taken.map(({ sample }) => sample), timeDeltas: taken.map(({ delta }) => delta) };
}
