import { hash } from 'node:crypto';
import type { Caller } from './caller.ts';

/** No client with a key can be named like this: a person is never taken for one. */
const OF_A_TOKEN = 'oidc:';
const SHOWN_DIGITS = 12;

export const subjectId = (subject: string): Caller['id'] => OF_A_TOKEN + subject;

/**
 * A caller as the log names it. What an issuer calls people may be their e-mail addresses: of those it has the start of the
 * SHA-256, which finds somebody's lines and says nothing to who does not know whom to look for. The record has them whole.
 */
export const loggedId = (id: Caller['id']): string =>
  id.startsWith(OF_A_TOKEN)
    ? OF_A_TOKEN + hash('sha256', id.slice(OF_A_TOKEN.length), 'hex').slice(0, SHOWN_DIGITS)
    : id;
