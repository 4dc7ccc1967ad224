import { PROJECT_ROOT } from '../../local/config.ts';
import { isUnexplained, whatOf } from '../judge/own-ends.ts';
import { BrokenOff, oneRun, type Told } from '../one-run.ts';
import { textOfEnd } from '../report/own-end.ts';
import type { Findings } from '../run.ts';
import { SabotagedCopy } from './sabotaged-copy.ts';
import { type Conditions, patchOf, type Sabotage } from './sabotages.ts';

/** What a run of a build has found: rules, `no progress`, processes that ended by themselves, and that it was broken off. */
export interface Trial {
  reported: string[];
  tookMs: number;
}

export type Try = (source: string, conditions: Conditions) => Promise<Trial>;

/** Builds with a fault in them, and the good one beside them: same seed, same load, same faults, same patience. */
export class Trials {
  readonly #try: Try;
  /** Sabotages that are tried under the same conditions have one control. */
  readonly #controls = new Map<string, Promise<Trial>>();

  constructor(tryOut: Try) {
    this.#try = tryOut;
  }

  async sabotaged({ name, ...conditions }: Conditions & Pick<Sabotage, 'name'>): Promise<Trial> {
    using copy = new SabotagedCopy(patchOf({ name }));
    return await this.#try(copy.dir, conditions);
  }

  /** The good build. */
  control(conditions: Conditions): Promise<Trial> {
    const key = JSON.stringify([conditions.faults, conditions.rate]);
    const control = this.#controls.get(key) ?? this.#try(PROJECT_ROOT, conditions);
    this.#controls.set(key, control);
    return control;
  }
}

const RATE = 20;
const SEED = 1;
const LOAD_MS = 15_000;
/** What is stuck in a sabotaged build is so for ever. */
const SETTLING_MS = 30_000;

export const tryOut =
  (say: (text: string) => void): Try =>
  async (source, { faults, rate = RATE }) => {
    const startedAt = performance.now();
    const overMs = Math.max(0, ...faults.map(({ atMs, fault }) => atMs + fault.forMs));
    const schedule = { episodes: faults.length > 0 ? [{ faults, overMs }] : [], totalMs: Math.max(LOAD_MS, overMs) };
    const plan = () => schedule;
    const running = oneRun({ source, seed: SEED, rate, settlingMs: SETTLING_MS, keepsLogs: false, say, plan });
    const reported = await reportedBy(running);
    return { reported, tookMs: performance.now() - startedAt };
  };

/** One that can't be judged is no reason not to try the others. */
async function reportedBy(running: Promise<Told>): Promise<string[]> {
  try {
    const { findings } = await running;
    tell(findings);
    return reportedIn(findings);
  } catch (error) {
    if (!(error instanceof BrokenOff)) throw error;
    console.log(`  broken off: ${error.message}`);
    return [`broken off: ${error.message}`];
  }
}

function reportedIn({ violations, shortcomings, ownEnds }: Findings): string[] {
  return [
    ...new Set(violations.map(({ rule }) => rule)),
    ...(shortcomings.length > 0 ? ['no progress'] : []),
    ...ownEnds.filter(isUnexplained).map((end) => `${end.process} ${whatOf(end)}`),
  ];
}

function tell({ violations, shortcomings, ownEnds }: Findings): void {
  for (const [rule, those] of Map.groupBy(violations, (violation) => violation.rule))
    console.log(`  ${those.length} × ${rule}: ${those[0]?.orderId ?? ''} ${those[0]?.detail}`);
  for (const text of shortcomings) console.log(`  no progress: ${text}`);
  for (const end of ownEnds) console.log(`  ${textOfEnd(end)}`);
}
