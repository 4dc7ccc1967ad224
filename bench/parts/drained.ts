import { setTimeout as pause } from 'node:timers/promises';
import { countOwnCores } from '../load/own-cores.ts';
import { postOrders } from '../load/post-orders.ts';
import { saturate } from '../load/wrk.ts';
import type { Field } from '../machine/field.ts';
import type { Usage } from '../machine/usage.ts';
import { figure, medianOf } from '../report/spread.ts';
import type { Circumstances } from './part.ts';

const SAMPLE_MS = 2000;
const TARGET = { quick: 1000, full: 100_000 };
/** As many as saturate it (accept finds 256 to 1,024). */
const CLIENTS = 512;
/** A drain that makes no progress for so long has failed. */
const STALLED_MS = 60_000;

/** Whose memory and processor time are followed. */
export type Followed = 'carrying' | 'accepting' | 'temporal' | 'postgres';

export interface Sample {
  /** Since posting began. */
  seconds: number;
  completed: number;
  /** Processor time and waits for a core so far. */
  usage: Record<Followed, Usage>;
}
export interface Rising extends Sample {
  stored: number;
}

export interface Drained {
  posted: number;
  acceptedPerSecond: number;
  before: Sample;
  /** While orders are posted, */
  rising: Rising[];
  /** and from then on. */
  samples: Sample[];
  /** Of the generator. */
  cores: { posting: number; looking: number };
}

/** Posts many orders as fast as they are taken, and follows them until the last is carried through. */
export async function drained(field: Field, { quick, say }: Circumstances): Promise<Drained> {
  const started = performance.now();
  const before = sampleOf(field, started, 0);
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
    ...{ posted, acceptedPerSecond, before, rising: await rises, samples },
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
    all.push({ ...sampleOf(field, started, completed), stored });
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
    samples.push(sampleOf(field, started, completed));
    if (samples.length % 30 === 0) say(`drain: ${completed.toLocaleString('en')} of ${posted.toLocaleString('en')}`);
  }
  return samples;
}

function sampleOf({ processes }: Field, started: number, completed: number): Sample {
  const { carrying, accepting, temporal, postgres } = processes.usage();
  return {
    ...{ seconds: (performance.now() - started) / 1000, completed },
    usage: { carrying, accepting, temporal, postgres },
  };
}
