import { join } from 'node:path';
import { isUnexplained, whatOf } from './judge/own-ends.ts';
import { BrokenOff, STORIES, type Told } from './one-run.ts';
import { type Draw, keep } from './regressions.ts';
import { figures } from './report/figures.ts';
import { textOfEnd } from './report/own-end.ts';
import { inShort } from './report/story.ts';
import type { Findings } from './run.ts';
import { Unanswered } from './unanswered.ts';

/**
 * Says what a run has found, and keeps its draw where that was anything, or where it could not even be looked for.
 * @param keepIn the file of regressions
 * @returns whether all is as it should be
 */
export async function outcomeOf(draw: Draw, running: Promise<Told>, keepIn?: string): Promise<boolean> {
  try {
    const told = await running;
    report(told);
    if (told.logs) fail(draw, told.logs, whatWas(told.findings), keepIn);
    else console.log(`seed ${draw.seed}: all is as it should be`);
    return !told.logs;
  } catch (error) {
    if (!(error instanceof BrokenOff)) throw error;
    console.log(`BROKEN OFF: ${error.message}`);
    if (!(error.cause instanceof Unanswered)) console.error(error.cause); // perhaps the harness's own doing
    fail(draw, error.logs, `broken off: ${error.message}`, keepIn);
    return false;
  }
}

function report({ findings, stories, logs }: Told): void {
  const { violations, shortcomings, ownEnds } = findings;
  for (const line of figures(findings)) console.log(line);
  for (const end of ownEnds) console.log(textOfEnd(end));
  for (const text of shortcomings) console.log(`NO PROGRESS: ${text}`);
  for (const { rule, orderId, detail } of violations) console.log(`VIOLATION: ${rule}: ${orderId ?? ''} ${detail}`);
  for (const text of inShort(stories)) console.log(text);
  if (logs && stories.size > 0) console.log(`the stories of ${stories.size} orders, in full: ${join(logs, STORIES)}`);
}

function fail(draw: Draw, logs: string, reason: string, keepIn?: string): void {
  console.log(`seed ${draw.seed}: FAILED; the logs are in ${logs}`);
  if (keep(draw, reason, keepIn)) console.log('kept in chaos/regressions.json');
}

/** The first thing, in a line. */
function whatWas({ violations, shortcomings, ownEnds }: Findings): string {
  const all = [
    ...violations.map(({ rule, detail }) => `${rule}: ${detail}`),
    ...shortcomings,
    ...ownEnds.filter(isUnexplained).map((end) => `${end.process} ${whatOf(end)}: ${end.why}`),
  ];
  return `${all[0]}`;
}
