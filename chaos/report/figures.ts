import { wayMs } from '../judge/passage.ts';
import { confirmedShare, watchedShare } from '../judge/progress.ts';
import { type Recovery, WAY_MS } from '../judge/recovery.ts';
import type { Posted } from '../load/posted.ts';
import type { Findings } from '../run.ts';

const LONG_MS = 30_000;

/** The figures of a run, for people: one line each. */
export function figures(findings: Findings): string[] {
  const { evidence, passages, episodes, recovered, usual, retried, settledAfterMs } = findings;
  const { posted, orders } = evidence;
  const attempts = posted.flatMap((each) => each.attempts);
  const answers = atOnce(posted).flatMap(({ dueAt, acceptedAt }) => (acceptedAt ? [acceptedAt - dueAt] : []));
  const ways = passages.map((passage) => wayMs(passage));
  const faults = episodes.flatMap(({ happenings }) => happenings.map(({ fault }) => fault.kind));
  return [
    `orders posted: ${posted.length} (${counts(posted.map(({ kind }) => kind))})`,
    `of these: ${formsOf(posted)}`,
    `requests: ${attempts.length}, of which ${attempts.filter(({ status }) => status === 0).length} without an answer, ${attempts.filter(({ status }) => status >= 500).length} answered 5xx`,
    `orders in the end: ${orders.length} (${counts(orders.map(({ status }) => status))})`,
    `confirmed, of those that could be: ${(confirmedShare(evidence) * 100).toFixed(1)} %`,
    `seen settled before the end, and compared with it: ${(watchedShare(evidence) * 100).toFixed(1)} %`,
    `let go on by the operator: ${retried} times, ${evidence.held.size} orders`,
    `from due to 201: p50 ${at(answers, 0.5)} ms, p99 ${at(answers, 0.99)} ms, longest ${at(answers, 1)} ms`,
    `from 201 to settled: p50 ${at(ways, 0.5)} ms, p99 ${at(ways, 0.99)} ms, longest ${at(ways, 1)} ms; ${ways.filter((ms) => ms > LONG_MS).length} took over ${LONG_MS / 1000} s (time held not counted)`,
    `settled per second before the first fault: ${usual.toFixed(1)}`,
    `all settled ${(settledAfterMs / 1000).toFixed(1)} s after the last order`,
    `faults: ${faults.length} (${counts(faults)})`,
    ...longest(recovered),
    ...delays(recovered),
  ];
}

/** Whoever waits for the outcome has no 201 before. */
const atOnce = (posted: Posted[]): Posted[] => posted.filter(({ waitSeconds }) => waitSeconds === undefined);

function formsOf(posted: Posted[]): string {
  const single = posted.filter(({ body }) => 'product_id' in body);
  const told = posted.filter(({ attempts }) => attempts.some(({ what, shown }) => what !== 'look' && shown));
  return [
    `${single.length} with one product and a total`,
    `${posted.filter(({ body }) => body.currency).length} with a currency`,
    `${posted.filter(({ body }) => body.customer).length} with a customer`,
    `${posted.length - atOnce(posted).length} whose caller waits, of whom ${told.length} were told the outcome`,
    `${posted.filter(({ looks }) => looks).length} that somebody looks at meanwhile`,
  ].join(', ');
}

/** The slowest alone does not say whether a restart is felt. */
function delays(recovered: Recovery[]): string[] {
  const all = recovered.flatMap(({ delayed }) => delayed ?? []);
  if (all.length === 0) return [];
  const sum = (what: 'count' | 'of') => all.reduce((total, each) => total + each[what], 0);
  return [`under way in rolling restarts: ${sum('of')} orders, of which ${sum('count')} took over ${WAY_MS / 1000} s`];
}

function longest(recovered: Recovery[]): string[] {
  return [...Map.groupBy(recovered, ({ what }) => what)].map(([what, those]) => {
    const worst = those.reduce((one, other) => (other.tookMs > one.tookMs ? other : one));
    return `longest recovery, ${what}: ${(worst.tookMs / 1000).toFixed(1)} s of ${(worst.limitMs / 1000).toFixed(0)} s (of ${those.length}; after ${worst.from})`;
  });
}

function counts(words: string[]): string {
  return [...Map.groupBy(words, (word) => word)].map(([word, those]) => `${those.length} ${word}`).join(', ');
}

function at(numbers: number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN);
}
