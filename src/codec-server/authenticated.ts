import type { RequestHandler } from 'express';
import type { Judge } from './readers.ts';

/**
 * Lets readers through: by what they send as `Authorization: Bearer`, or as the first part of the path where nothing else can
 * be set, as in the address that a Web UI without a login is given.
 */
export const authenticated =
  (judge: Judge): RequestHandler =>
  async ({ headers: { authorization = '' }, path }, response, next) => {
    const [, bearer] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
    const [, inPath] = /^\/([^/]+)\/\w+$/.exec(path) ?? [];
    const credential = bearer ?? inPath;
    const verdict = credential === undefined ? 'unknown' : await judge(credential);
    if (verdict === 'reader') return next();
    if (verdict === 'somebody') response.status(403).json({ error: 'not_allowed' });
    else response.status(401).set('WWW-Authenticate', 'Bearer').json({ error: 'unauthenticated' });
  };
