import { type Caller, CLIENT_ID, isRole, ROLES } from './caller.ts';

/** A list of keys that can't be taken as it is. Says where, and never what is written there. */
export class KeysError extends Error {
  override name = 'KeysError';
}

/** Callers by the hash of their key. */
export type Callers = ReadonlyMap<string, Caller>;

/** Two, so that a key can be replaced without an interruption; a third is one that was forgotten. */
const KEYS_PER_CLIENT = 2;

export const keyLine = ({ id, role }: Caller, hash: string): string => `${id} ${role} sha256:${hash}`;

/**
 * Reads `<client> <role> sha256:<hash>`, one to a line or separated by commas; `#` begins a comment.
 * @throws KeysError
 */
export function readKeyLines(text: string): Callers {
  const callers = new Map<string, Caller>();
  for (const [index, line] of text.split('\n').entries()) {
    const entries = line.replace(/#.*/, '').split(',');
    for (const entry of entries.filter((each) => each.trim())) {
      const complaint = add(callers, entry.trim());
      if (complaint) throw new KeysError(`line ${index + 1}: ${complaint}`);
    }
  }
  if (callers.size === 0) throw new KeysError('it has no key');
  return callers;
}

/** @returns why it can't be added */
function add(callers: Map<string, Caller>, entry: string): string | undefined {
  const [id = '', role, hash = '', ...rest] = entry.split(/\s+/);
  const digest = /^sha256:([0-9a-f]{64})$/.exec(hash)?.[1];
  if (!CLIENT_ID.test(id)) return 'a client is 1 to 64 letters, digits, dots, underscores or hyphens';
  if (!isRole(role)) return `a role is one of ${ROLES.join(', ')}`;
  if (!digest || rest.length > 0) return 'after client and role comes sha256: with 64 hexadecimal digits';
  if (callers.has(digest)) return 'this key is there already';
  const others = [...callers.values()].filter((caller) => caller.id === id);
  if (others.some((other) => other.role !== role)) return 'this client has another role above';
  if (others.length >= KEYS_PER_CLIENT) return `this client has ${KEYS_PER_CLIENT} keys already`;
  callers.set(digest, { id, role });
  return undefined;
}
