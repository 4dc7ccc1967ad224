import type { RequestHandler } from 'express';
import type { RateLimit } from '../access/rate-limit.ts';
import { Problem } from './problem.ts';

/**
 * So many requests for each caller. Counted in this process: with several, the limit of all of them is the sum.
 * Source: draft-ietf-httpapi-ratelimit-headers-08.
 */
export function rateLimiting(limit: RateLimit): RequestHandler {
  const { requests, windowMs } = limit.quota;
  const policy = `"client";q=${requests};w=${windowMs / 1000}`;
  return (request, response, next) => {
    const { isOver, remaining, waitMs, fullInMs } = limit.take(request.caller.id);
    response.setHeader('RateLimit-Policy', policy);
    response.setHeader('RateLimit', `"client";r=${remaining};t=${seconds(fullInMs)}`);
    if (isOver) throw new Problem('rate_limited', { retryAfterSeconds: Math.max(1, seconds(waitMs)) });
    next();
  };
}

const seconds = (ms: number): number => Math.ceil(ms / 1000);
