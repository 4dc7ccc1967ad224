import { Complaint, Refused } from './api/answers.ts';
import type { ProblemDocument } from './api/documents.ts';
import { painter } from './screen/paint.ts';
import { plain, wrapped } from './screen/text.ts';
import { ago } from './screen/times.ts';
import { isColoured, type Terminal, widthOf } from './terminal.ts';

const PAST: Record<string, string> = { retry: 'retried', cancel: 'cancelled', amend: 'amended' };

/** What went wrong and what to do about it, for a person, in one line. */
export function sentenceOf(error: unknown, now: number): string {
  if (error instanceof Refused) return refusal(error, now);
  if (error instanceof Complaint) return error.message;
  return `Something is wrong with this command: ${error instanceof Error ? error.message : error}`;
}

export function complain({ err, env }: Pick<Terminal, 'err' | 'env'>, sentence: string): void {
  const [first = '', ...rest] = wrapped(plain(sentence), widthOf(err), '  ');
  const mark = painter(isColoured(err, env))('red', '✗');
  err.write([`${mark} ${first.trimStart()}`, ...rest].map((line) => `${line}\n`).join(''));
}

function refusal({ problem, retryAfterSeconds }: Refused, now: number): string {
  const parts = [fieldsOf(problem), decisionOf(problem, now), adviceFor(problem, retryAfterSeconds)];
  return [`${problem.detail.replace(/[.。]$/, '')} (${problem.code}).`, ...parts].filter(Boolean).join(' ');
}

const fieldsOf = ({ errors = [] }: ProblemDocument): string =>
  errors.map(({ pointer, detail }) => `${pointer || 'It'} ${detail}.`).join(' ');

const decisionOf = ({ decided }: ProblemDocument, now: number): string =>
  decided ? `${decided.by} ${PAST[decided.action] ?? decided.action} it ${ago(decided.at, now)}.` : '';

const ADVICE: Record<string, string> = {
  unauthenticated: 'Set DURABLE_ORDERS_KEY to your key or token.',
  not_allowed:
    'The role of your key says what you may; where there are no keys, OPERATORS says who may, and --as who you are.',
  order_not_found: 'See which orders there are: durable-orders list.',
  bulk_not_found: 'See which there are: durable-orders bulk.',
  not_found: 'Is the API older than this command?',
};

function adviceFor(problem: ProblemDocument, retryAfterSeconds: number | null): string {
  const { code, error_id, status, instance = '' } = problem;
  if (error_id) return `Its error_id is ${error_id}.`;
  if (status === 503 || status === 429) {
    const when = retryAfterSeconds ? `in ${retryAfterSeconds} s` : 'later';
    return `Try again ${when}; "durable-orders doctor" looks at everything.`;
  }
  const orderId = /^\/api\/orders\/([^/?]+)\//.exec(instance)?.[1];
  return ADVICE[code] ?? (orderId && status === 409 ? `See how it stands: durable-orders show ${orderId}.` : '');
}
