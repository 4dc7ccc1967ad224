import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command, Part } from './part.ts';

/** Of who is not root the kernel takes one niceness of a session in 100 ms, of all sessions together (`proc_sched_autogroup_set_nice`). */
const NEXT_NICENESS_MS = 110;

/** One process of a part, leader of a process group of its own: a terminal's Ctrl-C then reaches start alone. */
export class Child {
  /** Undefined when it could not be started at all; `ended` then says why. */
  readonly pid: number | undefined;
  /** Why the process ended, in words. */
  readonly ended: Promise<string>;
  /** Resolves at the message 'ready'. */
  readonly saysReady: Promise<void>;
  #hasEnded = false;

  constructor(part: Part, command: Command) {
    const process = spawnInOwnGroup(part, command);
    this.pid = process.pid;
    if (part.niceness) void this.#yieldBy(part.niceness);
    this.ended = endOf(process).finally(() => {
      this.#hasEnded = true;
    });
    this.saysReady = new Promise((resolve) => {
      process.on('message', (message) => message === 'ready' && resolve());
    });
  }

  /** Asks the process to end; ends it and what it started after the grace. Resolves when all of it is gone. */
  async stop(how: Part['stop']): Promise<void> {
    if (this.#hasEnded) return;
    signalGroup(this.pid, how.signal);
    const deadline = performance.now() + how.graceMs;
    while (signalGroup(this.pid, 0)) {
      if (performance.now() > deadline) this.killRest();
      await pause(20);
    }
    await this.ended;
  }

  kill(): void {
    if (!this.#hasEnded) signalGroup(this.pid, 'SIGKILL'); // later on the id may be somebody else's
  }

  /** To be called right after the end: what a wrapper script has left would hold on to its ports. */
  killRest(): void {
    signalGroup(this.pid, 'SIGKILL');
  }

  /** At its start: the threads that it makes from then on have it from the first one. */
  async #yieldBy(niceness: number): Promise<void> {
    while (this.pid && !this.#hasEnded && !takesNiceness(this.pid, niceness))
      await pause(NEXT_NICENESS_MS, undefined, { ref: false });
  }
}

/** Signals a whole process group, as an executable may be a wrapper script. Answers whether there was anyone. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals | 0): boolean {
  if (!pid) return false; // -0 would be our own group
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function spawnInOwnGroup(part: Part, { file, args, ...options }: Command): ChildProcess {
  const output = part.log ? openSync(part.log, 'a') : 'inherit';
  const ipc = part.ready === 'says so' ? (['ipc'] as const) : [];
  try {
    return spawn(file, args, { ...options, detached: true, stdio: ['ignore', output, output, ...ipc] });
  } finally {
    if (typeof output === 'number') closeSync(output);
  }
}

/**
 * On Linux a session of its own, as each of ours is, may be weighed as a whole, and niceness counts within it only. Source: man 7 sched, "The
 * autogroup feature".
 * @returns false where it is to be tried again
 */
function takesNiceness(pid: number, niceness: number): boolean {
  try {
    setPriority(pid, niceness);
    writeFileSync(`/proc/${pid}/autogroup`, `${niceness}`);
    return true;
  } catch (error) {
    // Else it has ended already, or the system has no such thing, or does not let us: then they share alike.
    return (error as NodeJS.ErrnoException).code !== 'EAGAIN';
  }
}

function endOf(process: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    process.on('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`));
    // Also emitted when a channel breaks or a signal cannot be sent: then the process is there and will exit.
    process.on('error', (error) => process.pid === undefined && resolve(`could not be started: ${error.message}`));
  });
}
