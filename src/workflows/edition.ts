import { deprecatePatch, patched } from '@temporalio/workflow';
import { EDITION } from '../domain/names.ts';

/** What the story once did otherwise, and the edition since which it does not. */
const SINCE = {
  amendable: 1,
  'cancelled-while-held': 1,
  'decided-first': 1,
  'released-on-record': 1,
  'attempts-end': 1,
};
export type HasChange = (change: keyof typeof SINCE) => boolean;

/**
 * A run goes on as it began. `patched` tells, where it began before there were editions: where a query met the end of a local
 * attempt, the SDK (1.24) may overlook a marker that is in the history (decision 0021). The marker of a change of that time is
 * written all the same: during a rolling restart a worker of before may have the run too, and asks for it. Once: written where
 * one was overlooked before, it would come too late.
 * @param edition the run's, of its input
 * @throws for a later edition than this code knows: the task is handed out again, until a worker has it that does
 */
export function changesOf(edition: number | undefined): HasChange {
  if (edition === undefined) return patched;
  if (edition > EDITION) throw new Error(`the run has begun on edition ${edition}, and this code knows ${EDITION}`);
  const asked = new Set<string>();
  return (change) => {
    if (SINCE[change] === 1 && !asked.has(change)) deprecatePatch(change);
    asked.add(change);
    return edition >= SINCE[change];
  };
}
