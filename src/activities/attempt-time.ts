import { AsyncLocalStorage } from 'node:async_hooks';
import { Context } from '@temporalio/activity';
import { failWith } from './failing.ts';

const ownMs = new AsyncLocalStorage<number>();

/** How long the attempt under way may take, in milliseconds. */
export const attemptMs = (): number => ownMs.getStore() ?? Context.current().info.startToCloseTimeoutMs;

/**
 * One attempt of several that an activity makes, with a time of its own. A service is given up by its own deadline before that; what the database has
 * begun can't be, and is left to itself.
 * @throws ApplicationFailure `service_timeout`; whatever the attempt throws
 */
export async function attemptWithin<Result>(ms: number, attempt: () => Promise<Result>): Promise<Result> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(failWith('service_timeout', 'no answer in time')), ms);
  try {
    return await Promise.race([ownMs.run(ms, attempt), over]);
  } finally {
    clearTimeout(timer);
  }
}
