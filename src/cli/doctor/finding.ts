export type State = 'ok' | 'warning' | 'failed';

/** What was looked at, how it is, and what to do about it. */
export interface Finding {
  check: string;
  state: State;
  found: string;
  todo?: string;
}

export const WITHIN_MS = 2000;

/** The findings, or, where they take too long or can't be had at all, that. */
export async function inTime(check: string, findings: Promise<Finding[]>): Promise<Finding[]> {
  const timeout = Promise.withResolvers<Finding[]>();
  const late = {
    check,
    state: 'failed',
    found: `no answer within ${WITHIN_MS / 1000} s`,
    todo: 'See whether it is overloaded, or its network cut.',
  } as const;
  const timer = setTimeout(() => timeout.resolve([late]), WITHIN_MS);
  try {
    return await Promise.race([findings, timeout.promise]);
  } catch (error) {
    return [{ check, state: 'failed', found: `could not be looked at: ${(error as Error).message}` }];
  } finally {
    clearTimeout(timer);
  }
}
