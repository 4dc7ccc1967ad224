import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Caller } from '../access/caller.ts';
import type { RateLimit } from '../access/rate-limit.ts';
import type { Admission } from './admission.ts';
import { takeFromQuota } from './rate-limiting.ts';

declare module 'express-serve-static-core' {
  interface Request {
    /** Behind `entering`. */
    caller: Caller;
  }
}

/**
 * Finds out who is asking, and then whether they have asked too often: before anything else is looked at, whichever way a
 * request takes. Only a full queue is told ahead of this, to anybody (`hot-route.ts`). Answers at once where it can: every
 * order passes here.
 * @throws Problem that says why nobody is let in
 */
export type Entrance = (request: IncomingMessage, response: ServerResponse) => Caller | Promise<Caller>;

export function entranceOf({ callerOf }: Admission, rateLimit: RateLimit | undefined): Entrance {
  if (!rateLimit) return callerOf;
  return (request, response) => {
    const caller = callerOf(request);
    return caller instanceof Promise ? caller.then(counted) : counted(caller);

    function counted(found: Caller): Caller {
      takeFromQuota(rateLimit as RateLimit, found, response);
      return found;
    }
  };
}

export const entering =
  (enter: Entrance): RequestHandler =>
  (request, response, next) => {
    const caller = enter(request, response);
    if (caller instanceof Promise) return caller.then(pass);
    pass(caller);

    function pass(found: Caller): void {
      request.caller = found;
      next();
    }
  };
