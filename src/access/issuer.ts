import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { messageOf } from '../telemetry/log.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { isSafeFor } from './loopback.ts';

const ANSWER_WITHIN_MS = 5000;

/** The issuer does not answer, or not as one: whether a token is good is not known. */
export class IssuerUnavailable extends Error {
  override name = 'IssuerUnavailable';
}

export interface IssuerTimes {
  /** After so long the keys are asked for again: one that was withdrawn counts no longer. */
  cacheMs?: number;
  /** At most so often they are asked for because a token names an unknown one: anybody can send such a token. */
  cooldownMs?: number;
  /** For so long one that is away is not asked again: anybody can send tokens. */
  awayMs?: number;
}

/**
 * Who signs tokens. It is discovered when the first token comes: an issuer that is away keeps neither the API from
 * starting nor keys from being used. Source: OpenID Connect Discovery 1.0, 4.
 */
export class Issuer {
  readonly url: string;
  readonly #times: IssuerTimes;
  #keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(url: string, times: IssuerTimes = {}) {
    this.url = url;
    this.#times = times;
  }

  /** @throws IssuerUnavailable */
  keys(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#discover().catch((error) => this.countAsAway(error));
    return this.#keys;
  }

  /**
   * It is discovered anew, but not at once. Where its keys can't be had any more, they may be somewhere else now.
   * @throws why, as it does to whoever asks meanwhile
   */
  countAsAway(why: IssuerUnavailable): Promise<never> {
    const keys: Promise<never> = Promise.reject(why);
    this.#keys = keys;
    const { awayMs = 1000 } = this.#times;
    setTimeout(() => {
      if (this.#keys === keys) this.#keys = undefined;
    }, awayMs).unref();
    return keys;
  }

  async #discover(): Promise<JWTVerifyGetKey> {
    const { issuer, jwks_uri } = await documentAt(`${this.url.replace(/\/$/, '')}/.well-known/openid-configuration`);
    // Another's document would bring another's keys.
    if (issuer !== this.url) throw new IssuerUnavailable('the discovery document is of another issuer');
    if (!isSafeFor(this.url, jwks_uri)) throw new IssuerUnavailable('the discovery document has no https jwks_uri');
    const { cacheMs: cacheMaxAge = 600_000, cooldownMs: cooldownDuration = 30_000 } = this.#times;
    return createRemoteJWKSet(new URL(jwks_uri), {
      cacheMaxAge,
      cooldownDuration,
      timeoutDuration: ANSWER_WITHIN_MS,
      [customFetch]: boundedFetch,
    });
  }
}

async function documentAt(url: string): Promise<Record<string, unknown>> {
  try {
    const response = await boundedFetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    return { ...((await response.json()) as object) };
  } catch (error) {
    throw new IssuerUnavailable(`${url}: ${messageOf(error)}`);
  }
}
