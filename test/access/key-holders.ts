import type { Role } from '../../src/access/caller.ts';
import { hashOf, newKey } from '../../src/access/key.ts';
import { keyLine } from '../../src/access/key-lines.ts';
import { KeyRing } from '../../src/access/key-ring.ts';

/** Somebody with a key, and the line that lets them in. */
export function aHolder(id: string, role: Role = 'client') {
  const key = newKey();
  return { id, role, key, line: keyLine({ id, role }, hashOf(key)), headers: { Authorization: `Bearer ${key}` } };
}

/** @returns a ring that knows these, or somebody that nobody knows */
export const aKeyRing = (holders: Record<string, { line: string }>): KeyRing =>
  new KeyRing({ lines: [aHolder('somebody'), ...Object.values(holders)].map(({ line }) => line).join('\n') });
