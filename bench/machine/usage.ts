import { readdirSync, readFileSync } from 'node:fs';
import { treeOf } from '../../local/process-tree.ts';

export interface Usage {
  /** Processor time so far, of ended children too. */
  cpuMs: number;
  /** That threads which are still there could have gone on and had no core for it, so far. */
  waitedMs: number;
  /** Proportional set size: memory that processes share is counted once. */
  memoryBytes: number;
}

/** Linux counts in hundredths of a second on every architecture that Node runs on. Source: man 5 proc_pid_stat, USER_HZ. */
const MS_PER_TICK = 10;

/** Of a process and all its descendants, from /proc: Linux only. */
export function usageOf(pid: number): Usage {
  return added(
    treeOf(pid).map((each) => ({ cpuMs: cpuMsOf(each), waitedMs: waitedMsOf(each), memoryBytes: memoryOf(each) })),
  );
}

export function added(usages: Usage[]): Usage {
  const all = (key: keyof Usage) => sum(usages.map((usage) => usage[key]));
  return { cpuMs: all('cpuMs'), waitedMs: all('waitedMs'), memoryBytes: all('memoryBytes') };
}

/**
 * Processor time so far of PostgreSQL's sessions, in milliseconds by database; the title of a session's process names it. What serves all of
 * them (the log, checkpoints, vacuuming) is in none. Source: PostgreSQL's documentation, "Standard Unix Tools".
 */
export function sessionsCpuMs(postgres: number): Record<string, number> {
  const sessions = treeOf(postgres).flatMap((pid) => {
    const database = /^postgres: \S+ (\S+) 127\.0\.0\.1\(/.exec(read(`/proc/${pid}/cmdline`))?.[1];
    return database ? [{ database, cpuMs: cpuMsOf(pid) }] : [];
  });
  const byDatabase = Map.groupBy(sessions, ({ database }) => database);
  return Object.fromEntries([...byDatabase].map(([name, all]) => [name, sum(all.map(({ cpuMs }) => cpuMs))]));
}

/** The fields after the command's name, which may hold anything: state, parent, … Empty for a process that is gone. */
function statOf(pid: number): string[] {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function cpuMsOf(pid: number): number {
  const ticks = statOf(pid).slice(11, 15).map(Number); // utime, stime, and those of children that were waited for
  return sum(ticks) * MS_PER_TICK;
}

/** Source: the kernel's Documentation/scheduler/sched-stats.rst, "/proc/<pid>/schedstat". */
const waitedMsOf = (pid: number): number =>
  sum(threadsOf(pid).map((thread) => Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[1] ?? 0) / 1e6));

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // it has ended
  }
}

const memoryOf = (pid: number): number =>
  Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
