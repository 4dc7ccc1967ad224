import type { ServerResponse } from 'node:http';
import type { Caller } from '../access/caller.ts';
import type { RateLimit } from '../access/rate-limit.ts';
import { Problem } from './problem.ts';

/**
 * So many requests for each caller. Counted in this process: with several, the limit of all of them is the sum.
 * Source: draft-ietf-httpapi-ratelimit-headers-08.
 * @throws Problem where nothing is left
 */
export function takeFromQuota(limit: RateLimit, caller: Caller, response: ServerResponse): void {
  const { requests, windowMs } = limit.quota;
  const { isOver, remaining, waitMs, fullInMs } = limit.take(caller.id);
  response.setHeader('RateLimit-Policy', `"client";q=${requests};w=${windowMs / 1000}`);
  response.setHeader('RateLimit', `"client";r=${remaining};t=${seconds(fullInMs)}`);
  if (isOver) throw new Problem('rate_limited', { retryAfterSeconds: Math.max(1, seconds(waitMs)) });
}

const seconds = (ms: number): number => Math.ceil(ms / 1000);
