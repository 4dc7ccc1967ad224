import { historyFrom } from './report/history.ts';
import { storiesOf } from './report/story.ts';
import { type Findings, isFine, run } from './run.ts';
import type { Schedule } from './schedule/draw-schedule.ts';
import { ChaosSystem } from './system/system.ts';

export interface OneRun {
  /** Where the code is that is run. */
  source: string;
  seed: number;
  rate: number;
  settlingMs: number;
  /** Of a run that was not as it should be. */
  keepsLogs: boolean;
  plan(system: ChaosSystem): Schedule;
  say(text: string): void;
}

export interface Told {
  findings: Findings;
  /** Of the orders that break something, the first few. */
  stories: Map<string, string[]>;
  /** Undefined where all was as it should be: then nothing is kept. */
  logs: string | undefined;
}

/** From bringing everything up to taking it down. */
export async function oneRun({ source, plan, say, keepsLogs, ...options }: OneRun): Promise<Told> {
  const system = await ChaosSystem.start(source, say);
  let wasFine = false;
  try {
    const findings = await run({ ...options, schedule: plan(system) }, system, say);
    wasFine = isFine(findings);
    const stories = await storiesOf(findings, {
      logs: system.logs,
      historyOf: (workflowId) => historyFrom(system.temporalAddress, workflowId),
      nameOf: (pid) => system.nameOf(pid),
    });
    return { findings, stories, logs: wasFine ? undefined : system.logs };
  } finally {
    await system.stop();
    system.remove({ keepLogs: keepsLogs && !wasFine });
  }
}
