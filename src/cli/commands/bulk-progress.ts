import type { Bulk } from '../api/documents.ts';
import { versionsOf } from '../api/following.ts';
import { LiveLine } from '../screen/live-line.ts';
import type { Session } from '../session.ts';
import { barOf, progressOf } from '../story/bulk-story.ts';
import { widthOf } from '../terminal.ts';

const LOOK_EVERY_MS = 1000;
/** A log does not need a line every second. */
const SAY_EVERY_MS = 5000;
const BAR_COLUMNS = 30;

/** Follows a bulk until it is over, with a bar on a terminal and lines elsewhere; for programs, with its documents. */
export async function followBulk(session: Session, bulkId: string): Promise<Bulk> {
  const ask = () => session.api.get<Bulk>(`/api/bulk/${encodeURIComponent(bulkId)}`);
  const { err } = session.terminal;
  const bar = new LiveLine(err);
  const say = sparingly((bulk) => session.note(`${bulk.state}: ${progressOf(bulk, session.now())}`));
  const following = {
    isOver,
    everyMs: LOOK_EVERY_MS,
    onOutage: ({ message }: Error) => session.note(`${message} Still trying.`),
  };
  let last: Bulk | undefined;
  for await (const bulk of versionsOf(ask, following)) {
    last = bulk;
    if (session.asJson) session.answerOneOf(bulk, () => []);
    else if (err.isTTY)
      bar.show(`${barOf(bulk, Math.min(BAR_COLUMNS, widthOf(err) / 3))} ${progressOf(bulk, session.now())}`);
    else say(bulk);
  }
  bar.clear();
  return last as Bulk;
}

const isOver = ({ state }: Bulk): boolean => state === 'done' || state === 'stopped';

/** What changes its state is said at once, the rest now and then. */
function sparingly(say: (bulk: Bulk) => void): (bulk: Bulk) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  let saidState: Bulk['state'] | undefined;
  return (bulk) => {
    if (bulk.state === saidState && performance.now() - saidAt < SAY_EVERY_MS) return;
    saidAt = performance.now();
    saidState = bulk.state;
    say(bulk);
  };
}
