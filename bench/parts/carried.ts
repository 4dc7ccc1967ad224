import { setTimeout as pause } from 'node:timers/promises';
import type { Field } from '../machine/field.ts';

const DEADLINE_MS = 300_000;

/** Resolves when so many orders in all have had their last step. */
export async function carried(field: Field, count: number, everyMs = 100): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while ((await field.services.completed()) < count) {
    if (performance.now() > deadline) throw new Error(`${field.contestant.name} did not carry ${count} orders through`);
    await pause(everyMs);
  }
}
