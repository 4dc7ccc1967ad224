import { type JudgedEnd, whatOf } from '../judge/own-ends.ts';

/** For people: who ended, why, whether that was to be expected, and what it said last. */
export function textOfEnd(end: JudgedEnd): string {
  const { process, at, why, lastWords, explanation } = end;
  const time = new Date(at).toISOString().slice(11, 23);
  const what = whatOf(end);
  const verdict = explanation ? `${what}, as is to be expected of "${explanation}"` : what.toUpperCase();
  return `${time} ${process} ${verdict}: ${why}; its last words:\n${lastWords}`;
}
