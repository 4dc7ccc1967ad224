import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postOrders } from '../load/post-orders.ts';
import { saturate } from '../load/wrk.ts';
import { Field, type Laid } from '../machine/field.ts';
import { DURABLE_ORDERS } from '../peers/contestants.ts';
import { type CpuProfile, flameGraph } from '../report/flame-graph.ts';
import { carried } from './carried.ts';
import type { BenchPart, Circumstances } from './part.ts';

interface Profiled {
  picture: string;
  title: string;
  /** A file that only the looked-at thread runs. */
  runs: string;
  carrying: boolean;
  server?: 'real';
  latencies?: Laid['latencies'];
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

/** Where the time of API and worker goes, as flame graphs. Only by name: it measures nothing, and slows what it looks at. */
export const profile: BenchPart = {
  name: 'profile',
  title: 'Where API and worker spend their time',
  async run(circumstances) {
    const pictures = [];
    for (const profiled of PROFILED) {
      circumstances.say(`profile: ${profiled.title}`);
      pictures.push(flameGraph(profiled.picture, profiled.title, await take(circumstances, profiled)));
    }
    return { raw: null, tables: [], goals: [], pictures };
  },
};

async function take(
  { ground, quick }: Circumstances,
  { runs, carrying, server, latencies = 'none', work }: Profiled,
): Promise<CpuProfile> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-profile-'));
  const settings = { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${dir}` };
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
