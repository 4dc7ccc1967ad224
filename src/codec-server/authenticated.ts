import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';

export type IsAllowed = (token: string) => boolean | Promise<boolean>;

/**
 * Lets those through who have a token: as `Authorization: Bearer`, or as the first part of the path where nothing else can
 * be set, as in the address that a Web UI without a login is given.
 */
export const authenticated =
  (isAllowed: IsAllowed): RequestHandler =>
  async ({ headers: { authorization = '' }, path }, response, next) => {
    const [, bearer] = /^Bearer (\S+)$/i.exec(authorization) ?? [];
    const [, inPath] = /^\/([^/]+)\/\w+$/.exec(path) ?? [];
    const token = bearer ?? inPath;
    if (token !== undefined && (await isAllowed(token))) return next();
    response.status(401).set('WWW-Authenticate', 'Bearer').json({ error: 'unauthenticated' });
  };

/** Compared as hashes, which are of one length, in constant time. */
export function only(token: string): IsAllowed {
  const expected = hashOf(token);
  return (given) => timingSafeEqual(hashOf(given), expected);
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
