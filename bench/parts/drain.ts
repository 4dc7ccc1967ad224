import { setTimeout as pause } from 'node:timers/promises';
import { countOwnCores } from '../load/own-cores.ts';
import { postOrders } from '../load/post-orders.ts';
import { saturate } from '../load/wrk.ts';
import { Field } from '../machine/field.ts';
import { DURABLE_ORDERS } from '../peers/contestants.ts';
import { lines } from '../report/picture.ts';
import { figure, medianOf } from '../report/spread.ts';
import { carry } from './completed.ts';
import { atLeast, atMost, type BenchPart, type Circumstances } from './part.ts';

const SAMPLE_MS = 2000;
const TARGET = { quick: 1000, full: 100_000 };
/** As many as saturate it (accept finds 256 to 1,024). */
const CLIENTS = 512;
/** Orders that are carried through without a backlog, before it and after it: how fast the machine is then. */
const FRESH = { quick: { warmUp: 20, count: 60 }, full: { warmUp: 200, count: 2000 }, atOnce: 64 };
/** A drain that makes no progress for so long has failed. */
const STALLED_MS = 60_000;

const MEMORIES = ['workerBytes', 'apiBytes', 'temporalBytes'] as const;
type Memory = (typeof MEMORIES)[number];
interface Sample extends Record<Memory, number> {
  /** Since posting began. */
  seconds: number;
  completed: number;
}
/** A point of the picture: seconds since posting began, orders. */
type Point = [number, number];
interface Rising extends Sample {
  stored: number;
}

/** Many orders posted as fast as they are taken, and then carried through: does it stay as quick, and as small? */
export const drain: BenchPart = {
  name: 'drain',
  title: 'A backlog, drained',
  async run(circumstances) {
    const freshBefore = await freshRate(circumstances);
    const { posted, acceptedPerSecond, before, rising, samples, cores } = await measure(circumstances);
    const freshAfter = await freshRate(circumstances);
    const tenth = (index: number) => samples.filter(({ completed }) => isInTenth(completed, posted, index));
    const [first, last] = [tenth(0), tenth(9)];
    const memory = (some: Sample[], key: Memory) => medianOf(some.map((each) => each[key])) / 2 ** 20;
    const row = (name: string, some: Sample[]) => [
      name,
      ...[rateOf(some), ...MEMORIES.map((key) => memory(some, key))].map(figure),
    ];
    // From the middle of one tenth to the middle of the other.
    const growth = (key: Memory) => ((memory(last, key) - memory(first, key)) * 2 ** 10) / (posted * 0.9);
    const count = posted.toLocaleString('en');
    return {
      raw: { posted, acceptedPerSecond, freshBefore, freshAfter, before, rising, samples, cores },
      tables: [
        {
          title: `${count} orders posted at ${figure(acceptedPerSecond)}/s, then drained; services answer at once`,
          columns: ['', 'completed/s', 'worker MiB', 'API MiB', 'Temporal MiB'],
          rows: [
            ['before the first order', '', ...MEMORIES.map((key) => figure(before[key] / 2 ** 20))],
            ['the most, while they are posted', '', ...MEMORIES.map((key) => figure(mostOf(rising, key) / 2 ** 20))],
            ...[row('first tenth', first), row('last tenth', last), row('all', samples)],
            ['another one without a backlog, before it', figure(freshBefore), '', '', ''],
            ['and after it', figure(freshAfter), '', '', ''],
            [
              'what memory grew by, KiB an order',
              '',
              figure(growth('workerBytes')),
              '',
              figure(growth('temporalBytes')),
            ],
          ],
          note: `Measured once. One without a backlog tells how fast the machine was meanwhile. The generator: ${figure(cores.posting)} cores while it posts, ${figure(cores.looking)} while it looks how far the orders are. The API takes orders only before the first tenth.`,
        },
      ],
      pictures: [
        lines('backlog', `Backlog while ${count} orders are posted, and then drained`, { x: 'seconds', y: 'orders' }, [
          {
            name: 'durable-orders',
            points: [
              ...rising.map(({ seconds, stored, completed }): Point => [seconds, stored - completed]),
              ...samples.map(({ seconds, completed }): Point => [seconds, posted - completed]),
            ],
          },
        ]),
      ],
      goals: [
        atLeast(
          '8-rate',
          `${count} orders: completed/s, last tenth ÷ first tenth`,
          [rateOf(last) / rateOf(first)],
          0.95,
        ),
        atLeast(
          '8-fresh',
          'the same, of what one without a backlog carried after it ÷ before it',
          [rateOf(last) / rateOf(first) / (freshAfter / freshBefore)],
          0.95,
        ),
        atMost(
          '8-worker',
          'worker memory, last tenth ÷ first tenth',
          [memory(last, 'workerBytes') / memory(first, 'workerBytes')],
          1.1,
        ),
        atMost(
          '8-api',
          'API memory, which takes no more orders by then, last tenth ÷ first tenth',
          [memory(last, 'apiBytes') / memory(first, 'apiBytes')],
          1.1,
        ),
      ],
    };
  },
};

/** @returns orders carried through a second where there is no backlog */
async function freshRate({ ground, quick, say }: Circumstances): Promise<number> {
  await using field = await Field.lay(ground, DURABLE_ORDERS, { latencies: 'none', carrying: true });
  const { warmUp, count } = FRESH[quick ? 'quick' : 'full'];
  await carry(field, warmUp, FRESH.atOnce);
  const rate = count / (await carry(field, count, FRESH.atOnce));
  say(`drain: ${figure(rate)}/s without a backlog`);
  return rate;
}

async function measure({ ground, quick, say }: Circumstances) {
  await using field = await Field.lay(ground, DURABLE_ORDERS, { latencies: 'none', carrying: true });
  const before = memoriesOf(field);
  const started = performance.now();
  const isPosting = new AbortController();
  const rises = rise(field, started, isPosting.signal);
  const posting = await (quick ? postFew(field.url) : postMany(field.url)).finally(() => isPosting.abort());
  const acceptedPerSecond = posting.posted / ((performance.now() - started) / 1000);
  // wrk ends with requests under way, which may be stored without having been counted.
  const posted = await field.database.count('orders');
  if (posted < posting.posted) throw new Error(`${posting.posted} orders were answered 201, and ${posted} are there`);
  say(`drain: ${posted.toLocaleString('en')} posted at ${figure(acceptedPerSecond)}/s`);
  const looking = countOwnCores();
  const samples = await follow(field, posted, started, say);
  return {
    posted,
    acceptedPerSecond,
    before,
    rising: await rises,
    samples,
    cores: { posting: posting.cores, looking: looking() },
  };
}

interface Posting {
  posted: number;
  /** Of the generator. */
  cores: number;
}

async function postFew(url: string): Promise<Posting> {
  const cores = countOwnCores();
  const { length } = await postOrders(url, TARGET.quick);
  return { posted: length, cores: cores() };
}

async function postMany(url: string): Promise<Posting> {
  const all: { accepted: number; generatorCores: number }[] = [];
  const posted = () => all.reduce((sum, { accepted }) => sum + accepted, 0);
  while (posted() < TARGET.full) all.push(await saturate(url, { seconds: 1, connections: CLIENTS }));
  return { posted: posted(), cores: medianOf(all.map(({ generatorCores }) => generatorCores)) };
}

/** While orders are posted. */
async function rise(field: Field, started: number, signal: AbortSignal): Promise<Rising[]> {
  const all: Rising[] = [];
  while (!signal.aborted) {
    const completed = await field.services.completed();
    const stored = await field.database.count('orders');
    all.push({ seconds: (performance.now() - started) / 1000, completed, stored, ...memoriesOf(field) });
    await pause(SAMPLE_MS, undefined, { signal }).catch(() => {});
  }
  return all;
}

async function follow(field: Field, posted: number, started: number, say: (text: string) => void): Promise<Sample[]> {
  const samples: Sample[] = [];
  let lastProgress = performance.now();
  for (let completed = 0; completed < posted; await pause(SAMPLE_MS)) {
    const now = performance.now();
    const seen = await field.services.completed();
    if (seen > completed) lastProgress = now;
    if (now - lastProgress > STALLED_MS) throw new Error(`the drain stalled at ${seen} of ${posted}`);
    completed = seen;
    samples.push({ seconds: (now - started) / 1000, completed, ...memoriesOf(field) });
    if (samples.length % 30 === 0) say(`drain: ${completed.toLocaleString('en')} of ${posted.toLocaleString('en')}`);
  }
  return samples;
}

function memoriesOf({ processes }: Field): Record<Memory, number> {
  const { accepting, carrying, temporal } = processes.usage();
  return {
    workerBytes: carrying.memoryBytes,
    apiBytes: accepting.memoryBytes,
    temporalBytes: temporal.memoryBytes,
  };
}

const mostOf = (some: Sample[], key: Memory): number => Math.max(...some.map((each) => each[key]));

const isInTenth = (completed: number, posted: number, index: number): boolean =>
  Math.min(9, Math.floor((completed / posted) * 10)) === index;

function rateOf(samples: Sample[]): number {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return NaN;
  return (last.completed - first.completed) / (last.seconds - first.seconds);
}
