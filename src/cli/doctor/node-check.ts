import type { Finding } from './finding.ts';

const LEAST = 24;

/** Older ones read no TypeScript. */
export function checkNode(version: string): Finding[] {
  const isRecent = Number.parseInt(version, 10) >= LEAST;
  return [
    isRecent
      ? { check: 'Node.js', state: 'ok', found: version }
      : { check: 'Node.js', state: 'failed', found: `${version} is too old`, todo: `Use Node.js ${LEAST} or later.` },
  ];
}
