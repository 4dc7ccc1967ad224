import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { signalGroup } from './child.ts';
import { identityOf } from './process-identity.ts';

const GRACE_MS = 5000;

/** A process as a start has written it down. */
export interface Recorded {
  name: string;
  pid: number;
  identity: string | undefined;
  signal: NodeJS.Signals;
}

/** Those of a record that are still the same processes; an id may be somebody else's by now. */
export function stillRunning(file: string): Recorded[] {
  try {
    const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded[];
    return recorded.filter(({ pid, identity }) => identity !== undefined && identityOf(pid) === identity);
  } catch {
    return []; // No earlier start, or one that was ended while it wrote its first line.
  }
}

/** Stops a process; ends it after a few seconds. */
export async function end({ pid, identity, signal }: Recorded): Promise<void> {
  signalGroup(pid, signal);
  const deadline = performance.now() + GRACE_MS;
  while (identityOf(pid) === identity) {
    if (performance.now() > deadline) signalGroup(pid, 'SIGKILL');
    await pause(50);
  }
}
