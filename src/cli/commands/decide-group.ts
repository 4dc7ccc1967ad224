import type { Bulk, GroupFilter, StartedBulk } from '../api/documents.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { orders } from '../screen/money.ts';
import { duration } from '../screen/times.ts';
import type { Session } from '../session.ts';
import { bulkLines } from '../story/bulk-story.ts';
import { followBulk } from './bulk-progress.ts';
import type { Verb } from './decide.ts';

/** The API's, where no rate is said. */
const DEFAULT_RATE = 10;

/** A group at once: a bulk that goes on by itself, and outlives this command. */
export async function decideGroup(
  verb: Verb,
  session: Session,
  group: GroupFilter & { rate?: number; reason?: string },
  isWaitedFor: boolean,
): Promise<ExitCode> {
  const bulk = await session.api.post<StartedBulk>(`/api/failures/${verb}`, group);
  if (!isWaitedFor) {
    session.answer(bulk, () => startedLines(bulk, group.rate ?? DEFAULT_RATE));
    return EXIT.done;
  }
  if (!session.asJson)
    session.note(`Bulk ${bulk.bulk_id}: ${orders(bulk.total)}. It goes on by itself where this is interrupted.`);
  const ended = await followBulk(session, bulk.bulk_id);
  if (!session.asJson) session.say(...bulkLines(ended, session));
  return wentWell(ended) ? EXIT.done : EXIT.no;
}

const startedLines = ({ bulk_id, total }: StartedBulk, rate: number): string[] =>
  total === 0
    ? [`${bulk_id}  no order is in that group: there is nothing to do`]
    : [
        `${bulk_id}  ${orders(total)}, ${rate} a second: about ${duration((total / rate) * 1000)}`,
        `Follow it: durable-orders bulk show ${bulk_id} --watch`,
      ];

const wentWell = ({ state, held_again }: Bulk): boolean => state === 'done' && held_again === 0;
