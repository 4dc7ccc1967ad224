import { messageOf } from '../telemetry/log.ts';
import type { Role } from './caller.ts';
import { Issuer } from './issuer.ts';
import { KeyRing } from './key-ring.ts';
import { ROLES_BY_NAME } from './role-claim.ts';
import { Tokens } from './tokens.ts';

/** Settings that say who is let in, as API and codec server have them. */
export interface CredentialSettings {
  API_KEYS_FILE?: string | undefined;
  API_KEYS?: string | undefined;
  OIDC_ISSUER?: string | undefined;
  OIDC_AUDIENCE?: string | undefined;
  OIDC_ROLE_CLAIM: string;
  OIDC_ROLES?: Record<string, Role> | undefined;
}

/** @throws one sentence that names the setting */
export function keysFrom({ API_KEYS: lines, API_KEYS_FILE: file }: CredentialSettings): KeyRing | undefined {
  if (!lines && !file) return undefined;
  try {
    return new KeyRing({ lines, file });
  } catch (error) {
    throw new Error(`${file ? `API_KEYS_FILE (${file})` : 'API_KEYS'} can't be taken: ${messageOf(error)}.`);
  }
}

export function tokensFrom(settings: CredentialSettings): Tokens | undefined {
  const { OIDC_ISSUER, OIDC_AUDIENCE = '', OIDC_ROLE_CLAIM: name, OIDC_ROLES: roles = ROLES_BY_NAME } = settings;
  if (!OIDC_ISSUER) return undefined;
  return new Tokens({ issuer: new Issuer(OIDC_ISSUER), audience: OIDC_AUDIENCE, roleClaim: { name, roles } });
}
