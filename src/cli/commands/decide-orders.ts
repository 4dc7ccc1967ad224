import { Complaint, Refused, Unreachable } from '../api/answers.ts';
import type { AcceptedOrder } from '../api/documents.ts';
import { sentenceOf } from '../complaint.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-codes.ts';
import { statusColour } from '../screen/marks.ts';
import type { Session } from '../session.ts';
import type { Verb } from './decide.ts';

/** Orders by id, one after another: one that can't be done does not keep the others. */
export async function decideOrders(verb: Verb, session: Session, ids: string[], reason?: string): Promise<ExitCode> {
  const [id = ''] = ids;
  if (ids.length === 1) return decideOne(verb, session, id, reason);
  const codes: ExitCode[] = [];
  for (const each of ids)
    codes.push(await decideOne(verb, session, each, reason).catch((error) => told(session, each, error)));
  return exitCodeOf(codes);
}

async function decideOne(verb: Verb, session: Session, id: string, reason?: string): Promise<ExitCode> {
  const path = `/api/orders/${encodeURIComponent(id)}/${verb}`;
  const order = await session.api.post<AcceptedOrder>(path, reason === undefined ? undefined : { reason });
  session.answerOneOf(order, () => [`${order.order_id}  ${session.paint(statusColour(order.status), order.status)}`]);
  return EXIT.done;
}

/** Where nothing answers, nothing will for the next one either. */
function told(session: Session, id: string, error: unknown): ExitCode {
  if (!(error instanceof Complaint) || error instanceof Unreachable) throw error;
  if (error instanceof Refused) session.answerOneOf(error.problem, () => []);
  session.complain(`${id}: ${sentenceOf(error, session.now())}`);
  return error.exitCode;
}
