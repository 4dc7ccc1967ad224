import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { Child } from '../../local/child.ts';
import type { Part } from '../../local/part.ts';

const part = (niceness?: number): Part => ({
  ...{ name: 'sleeper', needs: [], ready: 'exits', stop: { signal: 'SIGTERM', graceMs: 1000 } },
  ...(niceness !== undefined && { niceness }),
  command: async () => ({ file: 'sleep', args: ['30'] }),
});

test.each([
  [undefined, 0],
  [7, 7],
])('a part with a niceness of %s runs with %d', async (niceness, expected) => {
  const child = new Child(part(niceness), await part().command(new AbortController().signal, () => {}));
  try {
    expect(getPriority(child.pid)).toBe(getPriority() + expected);
    const autogroup = `/proc/${child.pid}/autogroup`;
    if (existsSync(autogroup)) expect(readFileSync(autogroup, 'utf8')).toMatch(new RegExp(`nice ${expected}$`, 'm'));
  } finally {
    await child.stop(part().stop);
  }
});
