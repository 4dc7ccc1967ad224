import type { Fault } from '../schedule/fault.ts';

/** A fault as it took place; times are milliseconds since 1970. */
export interface Happening {
  fault: Fault;
  /** No other fault was near: what followed is its effect alone. */
  isAlone: boolean;
  beganAt: number;
  /** Healed; of a process that was killed: ready again. */
  overAt: number;
  /** How long after that each API took until its first 201; where it was asked. */
  acceptingAfterMs: number[];
  /** No other fault of its episode stood between a client and its commit: these times are its effect alone. */
  hasIntakeForItself: boolean;
}

/** What went together, with the calm that followed. */
export interface PastEpisode {
  happenings: Happening[];
  overAt: number;
  /** The next one begins, or the load ends. */
  calmUntil: number;
}
