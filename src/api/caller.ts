import type { RequestHandler } from 'express';
import { Problem } from './problem.ts';
import { clientOf } from './request.ts';

/** Lets operators pass: those that are named, or everybody where nobody is. */
export const operatorsOnly =
  (operators: string[] | undefined): RequestHandler =>
  (request, _, next) => {
    const client = clientOf(request);
    if (operators && !operators.includes(client)) throw new Problem('not_allowed');
    next();
  };
