import { AsyncLocalStorage } from 'node:async_hooks';
import { Context } from '@temporalio/activity';
import { failWith } from './failing.ts';

const ownMs = new AsyncLocalStorage<number>();

/** How long the attempt under way may take, in milliseconds. */
export const attemptMs = (): number => ownMs.getStore() ?? Context.current().info.startToCloseTimeoutMs;

/**
 * One attempt of several that an activity makes, with a time of its own. What takes longer is left to itself, as Temporal leaves an
 * activity whose time is over.
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
