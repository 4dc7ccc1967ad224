import { setTimeout as pause } from 'node:timers/promises';
import type { Field } from '../machine/field.ts';

const LOOK_EVERY_MS = 500;
const LOOKS = 40;
/** A twentieth of a core. */
const IDLE_MS = LOOK_EVERY_MS / 20;

/** What a load left under way when it broke off is done: what accepts, and a broker that works off what it took, do next to nothing. 20 s at most. */
export async function atRest({ processes }: Field): Promise<void> {
  const used = () => {
    const { accepting, broker } = processes.usage();
    return accepting.cpuMs + broker.cpuMs;
  };
  let before = used();
  for (let look = 0; look < LOOKS; look++) {
    await pause(LOOK_EVERY_MS);
    const now = used();
    if (now - before <= IDLE_MS) return;
    before = now;
  }
}
