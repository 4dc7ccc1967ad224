import type { PastEpisode } from '../faults/happening.ts';
import { textOf } from '../schedule/fault.ts';
import { type Passage, wayMs } from './passage.ts';

/** What must be so after a fault, and how long it took. */
export interface Recovery {
  /** The faults that it recovered from. */
  from: string;
  what: 'accepts' | 'orders under way go on' | 'throughput' | 'rolling restart: accepts' | 'rolling restart: settles';
  tookMs: number;
  limitMs: number;
  /** Which took so long, where it was one order. */
  orderId?: string | undefined;
  /** Of the orders that were under way in a rolling restart, how many were delayed. */
  delayed?: { count: number; of: number };
}

export const isTooLong = ({ tookMs, limitMs }: Recovery): boolean => tookMs > limitMs;

/** Accepting again after the API or PostgreSQL is back. */
const ACCEPTING_MS = 2000;
/** What an order takes to its end when nothing is in its way; one that takes longer is delayed. */
export const WAY_MS = 3000;
/** From the end of the workflow task timeout, 10 s. A claim without a run ends before that. */
const UNDER_WAY_MS = 10_000 + WAY_MS;
/** Until so much is settled again as before. Workflow task timeout, and the relay's longest pause. */
const THROUGHPUT_MS = 15_000;
const SHARE = 0.8;
/** In the short time, so that it has begun, and in the long one, so that it was no single burst. */
const WINDOWS_MS = [2000, 5000];
/** While everything is restarted in turn. */
const ROLLING_ACCEPT_MS = 1000;
/** A task that is handed to a worker in the moment in which it stops waits for the workflow task timeout. */
const ROLLING_SETTLE_MS = UNDER_WAY_MS;
/** Accepted so shortly before, an order was under way. */
const UNDER_WAY_SINCE_MS = 5000;

/** @param passages of orders that have settled, by the time that they were due */
export function recoveries(episodes: PastEpisode[], passages: Passage[], perSecond: number): Recovery[] {
  const settled = passages.map(({ settledAt }) => settledAt).toSorted((one, other) => one - other);
  return episodes.flatMap((episode) => [
    ...accepting(episode),
    ...underWay(episode, passages),
    throughput(episode, settled, perSecond),
    ...rolling(episode, passages),
  ]);
}

/** Settled orders per second, in a time without faults. */
export function usualThroughput(passages: Passage[], from: number, to: number): number {
  return (passages.filter(({ settledAt }) => settledAt >= from && settledAt < to).length / (to - from)) * 1000;
}

function accepting({ happenings }: PastEpisode): Recovery[] {
  return happenings
    .filter(({ hasIntakeForItself }) => hasIntakeForItself)
    .flatMap(({ fault, acceptingAfterMs }) =>
      acceptingAfterMs.map((tookMs) => ({
        from: textOf(fault),
        what: 'accepts' as const,
        tookMs,
        limitMs: ACCEPTING_MS,
      })),
    );
}

function underWay({ happenings }: PastEpisode, passages: Passage[]): Recovery[] {
  return happenings
    .filter(({ fault, isAlone }) => isAlone && fault.kind === 'kill' && fault.process.startsWith('worker'))
    .flatMap(({ fault, beganAt }) => {
      const those = passages.filter(
        ({ acceptedAt, settledAt }) =>
          acceptedAt > beganAt - UNDER_WAY_SINCE_MS && acceptedAt < beganAt && settledAt > beganAt,
      );
      const slowest = slowestOf(those, ({ settledAt }) => settledAt - beganAt);
      return [{ from: textOf(fault), what: 'orders under way go on' as const, ...slowest, limitMs: UNDER_WAY_MS }];
    });
}

/**
 * Where it does not come back, all of the calm, which is longer than it may take.
 * @param settled times, sorted
 */
function throughput({ happenings, overAt, calmUntil }: PastEpisode, settled: number[], perSecond: number): Recovery {
  const isBack = (at: number) =>
    WINDOWS_MS.every((ms) => countIn(settled, at, at + ms) >= perSecond * SHARE * (ms / 1000));
  let at = overAt;
  while (at < calmUntil && !isBack(at)) at += 100;
  const from = happenings.map(({ fault }) => textOf(fault)).join(' + ');
  return { from, what: 'throughput', tookMs: at - overAt, limitMs: THROUGHPUT_MS };
}

/** Of every order that is under way in it, whenever it was posted: what was before it began is not its doing. */
function rolling({ happenings: [first] }: PastEpisode, passages: Passage[]): Recovery[] {
  if (first?.fault.kind !== 'rolling restart') return [];
  const { beganAt, overAt, fault } = first;
  const dueBefore = passages.filter(({ dueAt }) => dueAt < overAt);
  const posted = dueBefore.filter(({ acceptedAt, isWaitedFor }) => acceptedAt >= beganAt && !isWaitedFor);
  const underWay = dueBefore.filter(({ settledAt }) => settledAt >= beganAt);
  const from = textOf(fault);
  const accepts = slowestOf(posted, ({ dueAt, acceptedAt }) => acceptedAt - Math.max(dueAt, beganAt));
  const ofPassage = (passage: Passage) => wayMs(passage, Math.max(passage.acceptedAt, beganAt));
  const delayed = { count: underWay.filter((passage) => ofPassage(passage) > WAY_MS).length, of: underWay.length };
  return [
    { from, what: 'rolling restart: accepts', ...accepts, limitMs: ROLLING_ACCEPT_MS },
    {
      ...{ from, what: 'rolling restart: settles' as const, ...slowestOf(underWay, ofPassage), delayed },
      limitMs: ROLLING_SETTLE_MS,
    },
  ];
}

function slowestOf(passages: Passage[], of: (passage: Passage) => number): Pick<Recovery, 'tookMs' | 'orderId'> {
  const times = passages.map((passage) => ({ tookMs: of(passage), orderId: passage.orderId }));
  return times.reduce((one, other) => (other.tookMs > one.tookMs ? other : one), {
    tookMs: 0,
  } as (typeof times)[number]);
}

function countIn(sorted: number[], from: number, to: number): number {
  return firstAtLeast(sorted, to) - firstAtLeast(sorted, from);
}

function firstAtLeast(sorted: number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
