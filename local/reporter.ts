import type { Part } from './part.ts';

/** What a supervisor tells while it works. */
export interface Reporter {
  spawned(part: Part, pid: number): void;
  note(part: Part, text: string): void;
  ready(part: Part, tookMs: number): void;
  died(part: Part, why: string, againInMs: number): void;
  back(part: Part, tookMs: number): void;
}
