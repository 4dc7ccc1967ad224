import type { PastEpisode } from '../faults/happening.ts';
import type { Load } from '../load/load.ts';
import { stockOf } from '../load/stock.ts';
import type { ApiReader } from '../operate/api-reader.ts';
import type { Operator } from '../operate/operator.ts';
import type { SettledWatch } from '../operate/settled-watch.ts';
import type { ChaosSystem } from '../system/system.ts';
import { answerOf } from '../unanswered.ts';
import type { Evidence, Span } from './evidence.ts';
import { wholeLedger } from './ledgers.ts';
import { allRuns } from './runs.ts';

interface SeenMeanwhile {
  load: Load;
  watch: SettledWatch;
  operator: Operator;
  /** Of each product, before the first order. */
  initial: Map<string, number>;
  episodes: PastEpisode[];
}

/** A refusal may be on its way still when its service is healed. */
const LATE_MS = 5000;

/** Everything that can be known once all has settled. */
export async function gather(
  system: ChaosSystem,
  reader: ApiReader,
  { load, watch, operator, initial, episodes }: SeenMeanwhile,
): Promise<Evidence> {
  const orders = await reader.every();
  const stock = await answerOf('the stock', stockOf(system.urlOf('inventory'), [...initial.keys()]));
  return {
    posted: load.posted,
    orders,
    runs: await answerOf('what Temporal knows of the runs', allRuns(system.temporalAddress, orders)),
    ledger: await wholeLedger((service) => system.urlOf(service)),
    stock: stock.map((each) => ({ ...each, initial: initial.get(each.product_id) ?? 0 })),
    seenSettled: watch.seen,
    relapsed: watch.relapsed,
    held: operator.held,
    refusing: refusals(episodes),
  };
}

const refusals = (episodes: PastEpisode[]): Span[] =>
  episodes
    .flatMap(({ happenings }) => happenings)
    .filter(({ fault }) => fault.kind === 'service refuses')
    .map(({ beganAt, overAt }) => ({ from: beganAt, to: overAt + LATE_MS }));
