import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PastEpisode } from '../faults/happening.ts';
import type { Evidence } from '../judge/evidence.ts';
import { slowOrders } from '../judge/progress.ts';
import { isTooLong } from '../judge/recovery.ts';
import { workflowIdIn } from '../judge/runs.ts';
import type { Findings } from '../run.ts';
import { textOf } from '../schedule/fault.ts';
import { PROCESSES } from '../system/names.ts';
import type { Moment } from './moment.ts';
import { type HistoryEvent, runMoments } from './run-moments.ts';

/** What a story is found in, besides the findings. */
export interface Sources {
  /** The folder of the processes' logs. */
  logs: string;
  historyOf(workflowId: string): Promise<HistoryEvent[]>;
  /** Of any process of the run. */
  nameOf(pid: number): string | undefined;
}

/** The lines of each, by order. */
export type Stories = Map<string, string[]>;

const MAX_STORIES = 50;
const MAX_IN_SHORT = 5;
const MAX_LINE = 260;
const AROUND_MS = 2000;

/** Of the order that took longest, where that was too long, and of those that break something, recovered too late or took too long. */
export async function storiesOf({ passages, ...findings }: Findings, sources: Sources): Promise<Stories> {
  const { violations, recovered } = findings;
  const [slowest, ...slow] = slowOrders(passages);
  const concerned = [...(slowest ? [slowest] : []), ...violations, ...recovered.filter(isTooLong), ...slow];
  const ids = [...new Set(concerned.flatMap(({ orderId }) => orderId ?? []))].slice(0, MAX_STORIES);
  const lines = ids.length > 0 ? logLines(sources.logs) : [];
  const stories: Stories = new Map();
  for (const id of ids) stories.set(id, await storyOf(id, lines, findings, sources));
  return stories;
}

/** For the terminal: the first few, their long lines cut. */
export const inShort = (stories: Stories): string[] =>
  [...stories]
    .slice(0, MAX_IN_SHORT)
    .map(([id, lines]) => textOfStory([id, lines.map((line) => line.slice(0, MAX_LINE))]));

export const inFull = (stories: Stories): string => `${[...stories].map(textOfStory).join('\n\n')}\n`;

const textOfStory = ([orderId, lines]: [string, string[]]): string =>
  [`the story of ${orderId}`, ...lines].join('\n  ');

/** All that is known of one order, in the order in which it happened: client, services, logs, run, and faults meanwhile. */
async function storyOf(
  orderId: string,
  lines: LogLine[],
  { evidence, episodes }: Pick<Findings, 'evidence' | 'episodes'>,
  sources: Sources,
): Promise<string[]> {
  const moments = [
    ...ofClient(orderId, evidence),
    ...ofLedgers(orderId, evidence),
    ...ofLogs(orderId, lines),
    ...(await ofRun(orderId, evidence, sources)),
  ].toSorted((one, other) => one.at - other.at);
  const [from, to] = [(moments[0]?.at ?? 0) - AROUND_MS, (moments.at(-1)?.at ?? 0) + AROUND_MS];
  const faults = ofFaults(episodes).filter(({ at }) => at >= from && at <= to);
  return [...moments, ...faults]
    .toSorted((one, other) => one.at - other.at)
    .map(({ at, text }) => `${new Date(at).toISOString().slice(11, 23)}  ${text}`);
}

function ofClient(orderId: string, { posted }: Evidence): Moment[] {
  const ofOrder = posted.filter((each) => each.orderId === orderId || each.attempts.some((a) => a.orderId === orderId));
  return ofOrder.flatMap(({ key, kind, attempts }) =>
    attempts.map(({ what, at, tookMs, status, why, shown, url }) => ({
      at,
      text: `client    ${what} ${key} (${kind}) at ${url}: ${status || 'no answer'} ${why ?? shown?.status ?? ''} after ${tookMs} ms`,
    })),
  );
}

const ofLedgers = (orderId: string, { ledger }: Evidence): Moment[] =>
  ledger
    .filter(({ order_id }) => order_id === orderId)
    .map(({ at, kind, idempotency_key, product_id, quantity, amount }) => ({
      at: Date.parse(at),
      text: `ledger    ${kind} ${idempotency_key} ${product_id ?? ''} ${quantity ?? amount ?? ''}`,
    }));

interface LogLine {
  name: string;
  line: string;
}

/** Of all processes. Read once: after half an hour they are large. */
const logLines = (logs: string): LogLine[] =>
  PROCESSES.flatMap((name) =>
    readText(join(logs, `${name}.log`))
      .split('\n')
      .map((line) => ({ name, line })),
  );

const ofLogs = (orderId: string, lines: LogLine[]): Moment[] =>
  lines
    .filter(({ line }) => line.includes(orderId))
    .map(({ name, line }) => ({ at: timeOf(line), text: `${name.padEnd(9)} ${line}` }));

const ofFaults = (episodes: PastEpisode[]): Moment[] =>
  episodes
    .flatMap(({ happenings }) => happenings)
    .flatMap(({ fault, beganAt, overAt }) => [
      { at: beganAt, text: `FAULT     ${textOf(fault)}` },
      { at: overAt, text: `HEALED    ${textOf(fault)}` },
    ]);

async function ofRun(orderId: string, { orders }: Evidence, { historyOf, nameOf }: Sources): Promise<Moment[]> {
  const order = orders.find(({ order_id }) => order_id === orderId);
  if (!order) return [];
  try {
    // A worker calls itself by its process: 4711@host.
    return runMoments(await historyOf(workflowIdIn(order)), (identity) => nameOf(Number.parseInt(identity, 10)));
  } catch (error) {
    return [{ at: Date.now(), text: `run       its history can't be had: ${error}` }];
  }
}

const timeOf = (line: string): number => {
  const { time } = parsed(line);
  return typeof time === 'number' ? time : Date.parse(String(time)) || 0;
};

function parsed(line: string): { time?: unknown } {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
