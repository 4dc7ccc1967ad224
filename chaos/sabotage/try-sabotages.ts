import { oneRun } from '../one-run.ts';
import type { Findings } from '../run.ts';
import { textOf } from '../schedule/fault.ts';
import { SabotagedCopy } from './sabotaged-copy.ts';
import { patchOf, SABOTAGES, type Sabotage } from './sabotages.ts';

const RATE = 20;
const SEED = 1;
const LOAD_MS = 15_000;
/** What is stuck in a sabotaged build is so for ever. */
const SETTLING_MS = 30_000;

/** Runs each sabotaged build. @returns whether the harness has reported each as it has to */
export async function trySabotages(names: string[], say: (text: string) => void): Promise<boolean> {
  const unknown = names.filter((name) => !SABOTAGES.some((sabotage) => sabotage.name === name));
  if (unknown.length > 0)
    throw new Error(`There is no ${unknown.join(', ')}: there are ${SABOTAGES.map(({ name }) => name).join(', ')}`);
  const chosen = SABOTAGES.filter(({ name }) => names.length === 0 || names.includes(name));
  let allReported = true;
  for (const sabotage of chosen) {
    const missed = await missedOf(sabotage, say);
    allReported &&= missed.length === 0;
    const outcome = missed.length === 0 ? 'was reported' : `WAS NOT REPORTED as: ${missed.join(', ')}`;
    console.log(`sabotage "${sabotage.name}" ${outcome}`);
  }
  return allReported;
}

async function missedOf({ faults, breaks, name }: Sabotage, say: (text: string) => void): Promise<string[]> {
  say(`sabotage "${name}"; ${faults.map(({ fault }) => textOf(fault)).join(' + ') || 'no fault from outside'}`);
  using copy = new SabotagedCopy(patchOf({ name }));
  const overMs = Math.max(0, ...faults.map(({ atMs, fault }) => atMs + fault.forMs));
  const schedule = { episodes: faults.length > 0 ? [{ faults, overMs }] : [], totalMs: Math.max(LOAD_MS, overMs) };
  const { findings } = await oneRun({
    source: copy.dir,
    seed: SEED,
    rate: RATE,
    settlingMs: SETTLING_MS,
    keepsLogs: false,
    plan: () => schedule,
    say,
  });
  tell(findings);
  const reported: string[] = findings.violations.map(({ rule }) => rule);
  if (findings.shortcomings.length > 0) reported.push('no progress');
  return breaks.filter((rule) => !reported.includes(rule));
}

function tell({ violations, shortcomings }: Findings): void {
  for (const [rule, those] of Map.groupBy(violations, (violation) => violation.rule))
    console.log(`  ${those.length} × ${rule}: ${those[0]?.orderId ?? ''} ${those[0]?.detail}`);
  for (const text of shortcomings) console.log(`  no progress: ${text}`);
}
