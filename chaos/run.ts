import type { PastEpisode } from './faults/happening.ts';
import { goThrough } from './faults/nemesis.ts';
import type { Evidence } from './judge/evidence.ts';
import { gather } from './judge/gather.ts';
import { violations } from './judge/invariants.ts';
import { isUnexplained, type JudgedEnd, judgedEnds } from './judge/own-ends.ts';
import { passagesOf } from './judge/passage.ts';
import { type Course, shortcomings } from './judge/progress.ts';
import { recoveries, usualThroughput } from './judge/recovery.ts';
import type { Violation } from './judge/violation.ts';
import { Client } from './load/client.ts';
import { Load } from './load/load.ts';
import { stockUp } from './load/stock.ts';
import { ApiReader } from './operate/api-reader.ts';
import { Operator } from './operate/operator.ts';
import { SettledWatch } from './operate/settled-watch.ts';
import { Random } from './random.ts';
import { type Schedule, WARM_UP_MS } from './schedule/draw-schedule.ts';
import type { Fault } from './schedule/fault.ts';
import { APIS } from './system/names.ts';
import type { ChaosSystem } from './system/system.ts';

export interface Run {
  seed: number;
  /** Orders per second. */
  rate: number;
  schedule: Schedule;
  /** How long orders may take to settle once all is healed. */
  settlingMs: number;
}

export interface Findings extends Course {
  episodes: PastEpisode[];
  retried: number;
  settledAfterMs: number;
  violations: Violation[];
  shortcomings: string[];
  /** Processes that ended without the harness's doing, or not as it had asked them to. */
  ownEnds: JudgedEnd[];
}

export const isFine = ({ violations, shortcomings, ownEnds }: Findings): boolean =>
  violations.length + shortcomings.length + ownEnds.filter(isUnexplained).length === 0;

/** Longer than any fault, with what the system takes to recover from it. */
const CLIENT_PATIENCE = { forMs: 90_000, longestPauseMs: 1000 };
/** While processes start, the first orders take longer. */
const RAMP_UP_MS = 5000;

/** Loads the system, breaks it and heals it again and again, lets everything settle, and looks at what has become of it. */
export async function run(wanted: Run, system: ChaosSystem, say: (text: string) => void): Promise<Findings> {
  const { seed, rate, schedule, settlingMs } = wanted;
  const expected = Math.ceil((rate * schedule.totalMs) / 1000) * 2; // episodes may take longer than planned
  const initial = await stockUp(system.urlOf('inventory'), expected);
  const reader = new ApiReader(APIS.map((api) => system.urlOf(api)));
  const load = new Load(new Client(system.clientUrls, CLIENT_PATIENCE), new Random(seed + 1));
  const crew = { load, watch: new SettledWatch(reader, load.posted), operator: new Operator(reader) };
  const startedAt = Date.now();
  try {
    load.start(rate);
    crew.watch.start();
    crew.operator.start();
    const untilAccepting = (fault: Fault) => probe(fault, system, load);
    const episodes = await goThrough({ system, schedule, say, untilAccepting });
    const settledAfterMs = await settle(crew, settlingMs, say);
    const evidence = await gather(system, reader, { ...crew, initial, episodes });
    const found = judged(evidence, { startedAt, episodes, wanted });
    const ownEnds = judgedEnds(system.ownEnds, episodes);
    return { ...found, episodes, ownEnds, settledAfterMs, retried: crew.operator.retried };
  } finally {
    // Where something did not answer they would go on, beside the next run.
    await Promise.all([load.stop(), crew.operator.stop(), crew.watch.stop()]);
  }
}

interface Crew {
  load: Load;
  watch: SettledWatch;
  operator: Operator;
}

/** @returns milliseconds from the end of the load until all had settled, or was given up */
async function settle({ load, watch, operator }: Crew, withinMs: number, say: (text: string) => void): Promise<number> {
  say('all is healed; waiting until all is settled');
  const healedAt = Date.now();
  await Promise.all([load.stop(), operator.stop()]);
  const isSettled = await operator.settleAll(withinMs);
  const tookMs = Date.now() - healedAt;
  await watch.stop();
  say(`${isSettled ? 'settled' : 'not all has settled'}; looking at what has become of it`);
  return tookMs;
}

function judged(
  evidence: Evidence,
  { startedAt, episodes, wanted }: { startedAt: number; episodes: PastEpisode[]; wanted: Run },
): Course & Pick<Findings, 'violations' | 'shortcomings'> {
  const passages = passagesOf(evidence);
  const usual = usualThroughput(passages, startedAt + RAMP_UP_MS, startedAt + WARM_UP_MS);
  const course = { evidence, passages, usual, recovered: recoveries(episodes, passages, usual) };
  const wasUndisturbed = (wanted.schedule.episodes[0]?.faults[0]?.atMs ?? Infinity) >= WARM_UP_MS;
  return {
    ...course,
    violations: violations(evidence),
    shortcomings: shortcomings(course, wasUndisturbed ? wanted.rate : null),
  };
}

/** After what is between clients and commits was away: orders at each API, until it takes one. */
async function probe(fault: Fault, system: ChaosSystem, load: Load): Promise<number[]> {
  if (fault.kind !== 'kill' && fault.kind !== 'freeze') return [];
  const apis = APIS.filter((api) => fault.process === api || fault.process === 'postgresql');
  return await Promise.all(apis.map((api) => load.untilAccepted(system.urlOf(api))));
}
