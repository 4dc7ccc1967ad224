import { createHash, timingSafeEqual } from 'node:crypto';
import type { Role } from '../access/caller.ts';
import { isKey } from '../access/key.ts';
import type { KeyRing } from '../access/key-ring.ts';
import type { Tokens } from '../access/tokens.ts';

/** Whether what was sent along lets somebody read: they may, somebody else it is, or nobody knows it. */
export type Verdict = 'reader' | 'somebody' | 'unknown';
export type Judge = (credential: string) => Verdict | Promise<Verdict>;

export interface Readers {
  /** Shared by all who have it. */
  token?: string | undefined;
  keys?: KeyRing | undefined;
  tokens?: Tokens | undefined;
}

/** Readers are those who see every order of the API as well, by the same keys and tokens, and whoever has the shared one. */
export function judgeFor({ token, keys, tokens }: Readers): Judge {
  const isShared = token === undefined ? () => false : only(token);
  return (credential) => {
    if (isShared(credential)) return 'reader';
    if (!tokens || isKey(credential)) return verdictOn(keys?.callerOf(credential));
    return tokens.bearerOf(credential).then(verdictOn);
  };
}

const verdictOn = (caller: { role: Role | null } | null | undefined): Verdict => {
  if (!caller) return 'unknown';
  return caller.role === 'viewer' || caller.role === 'operator' ? 'reader' : 'somebody';
};

/** Compared as hashes, which are of one length, in constant time. */
function only(token: string): (given: string) => boolean {
  const expected = hashOf(token);
  return (given) => timingSafeEqual(hashOf(given), expected);
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
