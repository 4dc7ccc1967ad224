import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Part } from '../../local/part.ts';
import type { Reporter } from '../../local/reporter.ts';

type Manner = 'dies' | 'stubborn' | 'breaks';

/** A folder of its own with a journal, stand-ins that write into it, and what the supervisor reports. */
export function stage() {
  const dir = mkdtempSync(join(tmpdir(), 'durable-orders-local-'));
  const journal = join(dir, 'journal');
  const pids: Record<string, number> = {};
  const reports: string[] = [];
  const reporter: Reporter = {
    spawned: (part, pid) => Object.assign(pids, { [part.name]: pid }),
    note: () => {},
    ready: (part) => reports.push(`${part.name} ready`),
    died: (part, why, againInMs) => reports.push(`${part.name} died: ${why}, again in ${againInMs} ms`),
    back: (part) => reports.push(`${part.name} back`),
  };
  const standIn = (name: string, more: Partial<Part> = {}, manner?: Manner): Part => ({
    name,
    needs: [],
    log: join(dir, `${name}.log`),
    command: async () => ({
      file: process.execPath,
      args: [join(import.meta.dirname, 'stand-in.ts'), name, journal, ...(manner ? [manner] : [])],
    }),
    ready: 'says so',
    stop: { signal: 'SIGTERM', graceMs: 2000 },
    ...more,
  });
  return {
    dir,
    pids,
    reports,
    reporter,
    standIn,
    events: () => linesOf(journal),
    clear: () => rmSync(dir, { recursive: true }),
  };
}

/** Whether a process is there; one that has ended and is still to be reaped counts as gone. */
export function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}
