import type { Happening, PastEpisode } from '../faults/happening.ts';
import { targetOf, textOf } from '../schedule/fault.ts';
import type { OwnEnd } from '../system/member.ts';
import type { ProcessName } from '../system/names.ts';

export interface JudgedEnd extends OwnEnd {
  /** The fault that it had to end by, or could not start by; undefined: none, and the run has failed. */
  explanation: string | undefined;
}

/** A fault's effect may show so much later: connecting gives up, a loop that has stood still for 10 s is noticed. */
const LATE_MS = 15_000;
/** Of `src/temporal/loop-watch-thread.ts`. */
const LOOP_STOOD_STILL = 'the event loop has not turned';

/** Ends that the harness had no part in, or other ones than it had asked for. */
export function judgedEnds(ends: OwnEnd[], episodes: PastEpisode[]): JudgedEnd[] {
  const happenings = episodes.flatMap((episode) => episode.happenings);
  return ends.map((end) => {
    const meanwhile = happenings.filter(({ beganAt, overAt }) => end.at >= beganAt && end.at <= overAt + LATE_MS);
    const cause = meanwhile.find((happening) => explains(happening, end));
    return { ...end, explanation: cause && textOf(cause.fault) };
  });
}

export const isUnexplained = ({ explanation }: JudgedEnd): boolean => explanation === undefined;

const WHAT: Record<OwnEnd['when'], string> = {
  starting: 'did not come up',
  up: 'ended by itself',
  stopping: 'did not end as it was asked to',
};
export const whatOf = ({ when }: Pick<OwnEnd, 'when'>): string => WHAT[when];

function explains({ fault }: Happening, { process, when, lastWords }: OwnEnd): boolean {
  // Only a rolling restart asks, and it goes alone: nothing keeps a process from draining within its grace.
  if (when === 'stopping') return false;
  // Whoever starts a process hears at once that what it needs is not there, and starts it again.
  if (when === 'starting') return neededBy(process).includes(targetOf(fault));
  // It ends rather than say that something is written which is not.
  if (process === 'postgresql') return fault.kind === 'disk full';
  // A worker that stands still for too long is meant to end: a freeze may look like it to the worker. Without a freeze
  // it is workflow code that does not come to an end.
  if (process.startsWith('worker'))
    return fault.kind === 'freeze' && fault.process === process && lastWords.includes(LOOP_STOOD_STILL);
  // APIs and services answer 5xx while what they need is away. No fault of the harness reaches into Temporal's process.
  return false;
}

/** What a start fails without, as faults name it: processes, and the way to them. */
function neededBy(process: ProcessName): string[] {
  // After a kill its port or its lock may be let go of late.
  if (process === 'postgresql' || process === 'temporal') return [process];
  const needed = process.startsWith('worker') ? ['postgresql', 'temporal'] : ['postgresql'];
  return needed.flatMap((each) => [each, `${process}>${each}`]);
}
