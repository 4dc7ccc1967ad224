import type { Child } from './child.ts';
import type { Part } from './part.ts';

const PATIENCE_MS = 60_000;

/**
 * Resolves when the part is ready.
 * @throws when it ends before that, takes too long, or the signal aborts
 */
export async function becomesReady(part: Part, child: Child, stopping: AbortSignal): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, stopping, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    await Promise.race([seenReady(part, child, signal), rejectsWhen(signal)]);
  } finally {
    over.abort();
  }
}

function seenReady({ ready }: Part, child: Child, signal: AbortSignal): Promise<void> {
  if (ready === 'exits') return endsWell(child);
  return Promise.race([ready === 'says so' ? child.saysReady : ready(signal), endsTooEarly(child)]);
}

async function endsWell(child: Child): Promise<void> {
  const why = await child.ended;
  if (why !== 'exit code 0') throw new Error(why);
}

async function endsTooEarly(child: Child): Promise<never> {
  throw new Error(await child.ended);
}

function rejectsWhen(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const late = () => reject(new Error(`not ready after ${PATIENCE_MS / 1000} s`));
    signal.addEventListener('abort', late, { once: true });
  });
}
