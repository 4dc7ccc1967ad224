import type { PastEpisode } from './faults/happening.ts';
import { goThrough } from './faults/nemesis.ts';
import type { Evidence } from './judge/evidence.ts';
import { gather } from './judge/gather.ts';
import { violations } from './judge/invariants.ts';
import { isUnexplained, type JudgedEnd, judgedEnds } from './judge/own-ends.ts';
import { passagesOf } from './judge/passage.ts';
import { shortcomings } from './judge/progress.ts';
import { type Recovery, recoveries, usualThroughput } from './judge/recovery.ts';
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

export interface Findings {
  evidence: Evidence;
  episodes: PastEpisode[];
  recovered: Recovery[];
  /** Settled orders per second before the first fault. */
  usual: number;
  retried: number;
  settledAfterMs: number;
  violations: Violation[];
  shortcomings: string[];
  /** Processes that ended without the harness's doing. */
  ownEnds: JudgedEnd[];
}

export const isFine = ({ violations, shortcomings, ownEnds }: Findings): boolean =>
  violations.length + shortcomings.length + ownEnds.filter(isUnexplained).length === 0;

/** Longer than any fault, with what the system takes to recover from it. */
const CLIENT_PATIENCE = { forMs: 90_000, longestPauseMs: 1000 };
/** While processes start, the first orders take longer. */
const RAMP_UP_MS = 5000;

/** Loads the system, breaks it and heals it again and again, lets everything settle, and looks at what has become of it. */
export async function run(
  { seed, rate, schedule, settlingMs }: Run,
  system: ChaosSystem,
  say: (text: string) => void,
): Promise<Findings> {
  const expected = Math.ceil((rate * schedule.totalMs) / 1000) * 2; // episodes may take longer than planned
  const initial = await stockUp(system.urlOf('inventory'), expected);
  const reader = new ApiReader(APIS.map((api) => system.urlOf(api)));
  const load = new Load(new Client(system.clientUrls, CLIENT_PATIENCE), new Random(seed + 1));
  const watch = new SettledWatch(reader, load.posted);
  const operator = new Operator(reader);

  const startedAt = Date.now();
  load.start(rate);
  watch.start();
  operator.start();
  const untilAccepting = (fault: Fault) => probe(fault, system, load);
  const episodes = await goThrough({ system, schedule, say, untilAccepting });
  say('all is healed; waiting until all is settled');
  const healedAt = Date.now();
  await Promise.all([load.stop(), operator.stop()]);
  const isSettled = await operator.settleAll(settlingMs);
  const settledAfterMs = Date.now() - healedAt;
  await watch.stop();
  say(
    isSettled ? 'settled; looking at what has become of it' : 'not all has settled; looking at what has become of it',
  );

  const evidence = await gather(system, reader, { load, watch, operator, initial, episodes });
  const passages = passagesOf(evidence);
  const usual = usualThroughput(passages, startedAt + RAMP_UP_MS, startedAt + WARM_UP_MS);
  const recovered = recoveries(episodes, passages, usual);
  const wasUndisturbed = (schedule.episodes[0]?.faults[0]?.atMs ?? Infinity) >= WARM_UP_MS;
  return {
    ...{ evidence, episodes, recovered, usual, settledAfterMs, retried: operator.retried },
    violations: violations(evidence),
    shortcomings: shortcomings(evidence, recovered, usual, wasUndisturbed ? rate : null),
    ownEnds: judgedEnds(system.ownEnds, episodes),
  };
}

/** After what is between clients and commits was away: orders at each API, until it takes one. */
async function probe(fault: Fault, system: ChaosSystem, load: Load): Promise<number[]> {
  if (fault.kind !== 'kill' && fault.kind !== 'freeze') return [];
  const apis = APIS.filter((api) => fault.process === api || fault.process === 'postgresql');
  return await Promise.all(apis.map((api) => load.untilAccepted(system.urlOf(api))));
}
