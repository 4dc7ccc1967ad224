import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { type Caller, CLIENT_ID, type Role } from '../access/caller.ts';
import { isKey } from '../access/key.ts';
import type { KeyRing } from '../access/key-ring.ts';
import { isLoopback } from '../access/loopback.ts';
import type { Tokens } from '../access/tokens.ts';
import { Problem } from './problem.ts';

/** How it is found out who is asking. */
export interface Admission {
  /** Whether callers have to prove who they are. */
  asksWho: boolean;
  /** @throws Problem that says why nobody is let in. Answers at once where it can: every order passes here. */
  callerOf(request: IncomingMessage): Caller | Promise<Caller>;
}

/** Who may place orders. */
export const PLACING: Role[] = ['client', 'operator'];

/** Lets these roles pass. */
export const allowing =
  (...roles: Role[]): RequestHandler =>
  ({ caller }, _, next) => {
    ensureRole(caller, roles);
    next();
  };

export function ensureRole({ role }: Caller, roles: Role[]): void {
  if (!roles.includes(role)) throw new Problem('not_allowed');
}

/** By a key, or by a token where there is an issuer, as `Authorization: Bearer`. Source: RFC 6750. */
export const byCredential = (keys: KeyRing | undefined, tokens: Tokens | undefined): Admission => ({
  asksWho: true,
  callerOf(request) {
    const credential = /^Bearer +([\w.~+/-]+=*) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (credential === undefined) throw unauthenticated();
    if (tokens && !isKey(credential)) return byToken(tokens, credential);
    const caller = keys?.callerOf(credential);
    if (!caller) throw unauthenticated('invalid_token');
    return caller;
  },
});

async function byToken(tokens: Tokens, token: string): Promise<Caller> {
  const bearer = await tokens.bearerOf(token);
  if (!bearer) throw unauthenticated('invalid_token');
  const { id, role } = bearer;
  if (!role) throw new Problem('not_allowed');
  return { id, role };
}

function unauthenticated(error?: string): Problem {
  const challenge = `Bearer realm="durable-orders"${error ? `, error="${error}"` : ''}`;
  return new Problem('unauthenticated', { headers: { 'WWW-Authenticate': challenge } });
}

/** A web page elsewhere can have its own name lead here (DNS rebinding), and be asked for by a browser on this machine. */
export function ensureAddressedHere({ headers: { host } }: IncomingMessage): void {
  if (host !== undefined && !isLoopback(host.replace(/:\d*$/, ''))) throw new Problem('misdirected');
}

export const addressedHere: RequestHandler = (request, _, next) => {
  ensureAddressedHere(request);
  next();
};

const ANONYMOUS = 'anonymous';

/**
 * Without keys: whoever is on this machine is who they say they are, in `X-Client-Id`. Everybody is an operator, unless
 * `operators` names who is.
 */
export const byName = (operators: string[] | undefined): Admission => ({
  asksWho: false,
  callerOf(request) {
    ensureAddressedHere(request);
    const { 'x-client-id': id = ANONYMOUS } = request.headers;
    if (typeof id !== 'string' || !CLIENT_ID.test(id))
      throw new Problem('invalid_parameter', { errors: [{ path: ['X-Client-Id'], code: 'invalid_format' }] });
    return { id, role: !operators || operators.includes(id) ? 'operator' : 'client' };
  },
});
