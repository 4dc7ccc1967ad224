import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFrom } from './report/history.ts';
import { inFull, type Stories, storiesOf } from './report/story.ts';
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
  /** Of the orders that break something. */
  stories: Stories;
  /** Undefined where all was as it should be: then nothing is kept. */
  logs: string | undefined;
}

/** Thrown where a run could not be judged although the system had come up. */
export class BrokenOff extends Error {
  readonly logs: string;

  constructor(cause: unknown, logs: string) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.logs = logs;
  }
}

/** Beside the logs, all stories in full. */
export const STORIES = 'stories.txt';

/** From bringing everything up to taking it down. @throws BrokenOff */
export async function oneRun({ source, plan, say, keepsLogs, ...options }: OneRun): Promise<Told> {
  const system = await ChaosSystem.start(source, say);
  const { logs } = system;
  let wasFine = false;
  try {
    const findings = await run({ ...options, schedule: plan(system) }, system, say);
    const stories = await storiesOf(findings, {
      logs,
      historyOf: (workflowId) => historyFrom(system.temporalAddress, workflowId),
      nameOf: (pid) => system.nameOf(pid),
    });
    if (stories.size > 0) writeFileSync(join(logs, STORIES), inFull(stories));
    wasFine = isFine(findings);
    return { findings, stories, logs: wasFine ? undefined : logs };
  } catch (error) {
    throw new BrokenOff(error, logs);
  } finally {
    await system.stop();
    system.remove({ keepLogs: keepsLogs && !wasFine });
  }
}
