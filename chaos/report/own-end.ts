import type { JudgedEnd } from '../judge/own-ends.ts';

/** For people: who ended, why, whether that was to be expected, and what it said last. */
export function textOfEnd({ process, at, why, lastWords, wasUp, explanation }: JudgedEnd): string {
  const time = new Date(at).toISOString().slice(11, 23);
  const what = wasUp ? 'ended by itself' : 'did not come up';
  const verdict = explanation ? `${what}, as is to be expected of "${explanation}"` : `${what.toUpperCase()}`;
  return `${time} ${process} ${verdict}: ${why}; its last words:\n${lastWords}`;
}
