import { patched } from '@temporalio/workflow';

/** What the story once did otherwise, and the edition since which it does not. */
const SINCE = {
  amendable: 1,
  'cancelled-while-held': 1,
  'decided-first': 1,
  'released-on-record': 1,
  'attempts-end': 1,
  'first-pass': 2,
};
/** Later ones never were patches. */
const LAST_PATCHED = 1;
export type HasChange = (change: keyof typeof SINCE) => boolean;

/** The latest edition that this code can carry on; the next one to begin with, once every worker has it. */
export const KNOWN_EDITION = Math.max(...Object.values(SINCE));

/**
 * A run goes on as it began. `patched` tells, where it began before there were editions: it writes a marker, and where a query met
 * the end of a local attempt the SDK (1.24) may overlook a marker that is in the history (decision 0021).
 * @param edition the run's, of its input
 * @throws for a later edition than this code knows: the task is handed out again, until a worker has it that does
 */
export function changesOf(edition: number | undefined): HasChange {
  if (edition === undefined) return (change) => SINCE[change] <= LAST_PATCHED && patched(change);
  if (edition > KNOWN_EDITION)
    throw new Error(`the run has begun on edition ${edition}, and this code knows ${KNOWN_EDITION}`);
  return (change) => edition >= SINCE[change];
}
