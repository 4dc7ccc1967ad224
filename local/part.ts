/** What a part runs as. `env` replaces the whole environment; without it the part gets that of start. */
export interface Command {
  file: string;
  args: string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
}

/**
 * How it is known that a part is up: `says so` is the message 'ready' on its IPC channel, `exits` is a part that does
 * its work once and ends with 0, and a function resolves when it has seen for itself.
 */
export type Readiness = 'says so' | 'exits' | ((signal: AbortSignal) => Promise<void>);

/** One process of the system on this machine. */
export interface Part {
  name: string;
  /** Names of parts that have to be ready first. A name that is not in the plan runs elsewhere and is not waited for. */
  needs: string[];
  /** File that takes the output. Without it the output goes to the terminal. */
  log?: string;
  /** Asked before every start; may take its time (makes the database cluster, fetches an executable). */
  command(signal: AbortSignal, note: (text: string) => void): Promise<Command>;
  ready: Readiness;
  /** Where several want a core those with a lower one go first, as `nice` has it: 0 to 19; 0. */
  niceness?: number;
  stop: { signal: NodeJS.Signals; graceMs: number };
}

/** Rows stop from the last to the first, the parts of a row together. What starts when is said by `needs`. */
export type Plan = Part[][];
