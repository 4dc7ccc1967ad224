import { type RequestHandler, Router } from 'express';
import { Problem } from './problem.ts';

/** What each address takes. A group of routes knows its own part of an address only, so none of them can say this. */
const READS = [
  ...['/api/orders/:id', '/api/failures', '/api/bulk', '/api/bulk/:id', '/api/bulk/:id/items', '/api/actions'],
  ...['/health/live', '/health/ready', '/metrics', '/openapi.json', '/docs'],
];
const DECIDES = [
  ...['cancel', 'retry', 'amend'].map((action) => `/api/orders/:id/${action}`),
  ...['retry', 'cancel'].map((action) => `/api/failures/${action}`),
  ...['pause', 'resume', 'stop'].map((action) => `/api/bulk/:id/${action}`),
];

/** Ahead of the routes: lets pass what they take, tells `OPTIONS` what that is, and refuses other methods. */
export function methods(): Router {
  const router = Router();
  router.all('/api/orders', only('GET', 'HEAD', 'POST'));
  router.all(READS, only('GET', 'HEAD'));
  router.all(DECIDES, only('POST'));
  return router;
}

/** Source: RFC 9110, 9.3.7 (OPTIONS), 15.5.6 (405). */
function only(...methods: string[]): RequestHandler {
  const Allow = methods.join(', ');
  return ({ method }, response, next) => {
    if (methods.includes(method)) return next();
    if (method !== 'OPTIONS') throw new Problem('method_not_allowed', { headers: { Allow } });
    response.set({ Allow }).status(204).end();
  };
}
