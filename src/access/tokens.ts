import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { Role } from './caller.ts';
import { type Issuer, IssuerUnavailable } from './issuer.ts';
import { type RoleClaim, roleIn } from './role-claim.ts';
import { subjectId } from './subject.ts';

/** Signed by a key that only the issuer has: `none` is no signature, and HS256 would take a public key for a secret. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** Clocks differ. */
const TOLERANCE_S = 5;
/** Header, claims and signature. Source: RFC 7515, 3.1. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** Source: OpenID Connect Core 1.0, 2: at most 255 ASCII characters. */
const SUBJECT = /^[\x21-\x7e]{1,255}$/;

export interface TokenOptions {
  issuer: Issuer;
  audience: string;
  roleClaim: RoleClaim;
}

/** Who a token was issued to. Null: nobody that it proves. A role of null: somebody who is given none here. */
export type Bearer = { id: string; role: Role | null } | null;

/** OpenID Connect: JSON Web Tokens of one issuer, for one audience. Source: RFC 7519, RFC 8725, RFC 9068. */
export class Tokens {
  readonly #options: TokenOptions;

  constructor(options: TokenOptions) {
    this.#options = options;
  }

  /** @throws IssuerUnavailable */
  async bearerOf(token: string): Promise<Bearer> {
    if (!COMPACT.test(token)) return null; // the issuer is not asked for what is no token at all
    const claims = await this.#claimsOf(token);
    if (!claims?.sub || !SUBJECT.test(claims.sub)) return null;
    return { id: subjectId(claims.sub), role: roleIn(claims, this.#options.roleClaim) };
  }

  async #claimsOf(token: string): Promise<JWTPayload | null> {
    const { issuer, audience } = this.#options;
    try {
      const { payload } = await jwtVerify(token, await issuer.keys(), {
        issuer: issuer.url,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: TOLERANCE_S,
        requiredClaims: ['exp', 'sub'],
      });
      return payload;
    } catch (error) {
      if (isOfToken(error)) return null;
      if (error instanceof IssuerUnavailable) throw error;
      return await issuer.countAsAway(new IssuerUnavailable('its keys can not be had', { cause: error }));
    }
  }
}

const OF_THE_ISSUER = [errors.JWKSTimeout, errors.JWKSInvalid];

/** jose's own errors are about the token, except those of fetching the keys; these have no code or one of the set's. */
const isOfToken = (error: unknown): boolean =>
  error instanceof errors.JOSEError &&
  error.code !== errors.JOSEError.code &&
  !OF_THE_ISSUER.some((kind) => error instanceof kind);
