import type { RequestHandler } from 'express';

/** What the Web UI sends along with payloads. */
const HEADERS = 'Content-Type, X-Namespace, Authorization';
const PREFLIGHT_SECONDS = 3600;

/**
 * Pages of one origin may call, with credentials where the Web UI is told to send them. No other page may, whatever it
 * knows; programs name no origin. Source: Fetch standard, CORS protocol.
 */
export const onlyFrom =
  (origin: string): RequestHandler =>
  ({ method, headers }, response, next) => {
    response.vary('Origin');
    if (headers.origin !== undefined && headers.origin !== origin) {
      response.status(403).json({ error: 'origin_not_allowed' });
      return;
    }
    if (headers.origin === origin)
      response.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true' });
    if (method !== 'OPTIONS') return next();
    response
      .set({
        'Access-Control-Allow-Methods': 'POST',
        'Access-Control-Allow-Headers': HEADERS,
        'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
      })
      .status(204)
      .end();
  };
