import { setTimeout as pause } from 'node:timers/promises';
import type { Field } from '../machine/field.ts';

const LOOK_EVERY_MS = 500;
const LOOKS = 40;
/** A twentieth of a core. */
const IDLE_MS = LOOK_EVERY_MS / 20;

/** What a load left under way when it broke off is done: the process that accepts does next to nothing. 20 s at most. */
export async function atRest({ processes }: Field): Promise<void> {
  let before = processes.usage().accepting.cpuMs;
  for (let look = 0; look < LOOKS; look++) {
    await pause(LOOK_EVERY_MS);
    const now = processes.usage().accepting.cpuMs;
    if (now - before <= IDLE_MS) return;
    before = now;
  }
}
