import { join } from 'node:path';
import { ROOT } from '../support/imports.ts';

// Not seen by tsc: see findings.test.ts.
const { isTakenUp } = await import(join(ROOT, 'bench', 'machine', 'connections.ts'));

test('a connection counts once whoever listens has taken it up', () => {
  const row = (state: string, inode: string) =>
    `  12: 0100007F:0BB8 0100007F:C350 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000000000000`;
  expect(isTakenUp(row('01', '4711'), 3000)).toBe(true);
  expect(isTakenUp(row('01', '0'), 3000)).toBe(false); // waits for it
  expect(isTakenUp(row('06', '4711'), 3000)).toBe(false); // is over
  expect(isTakenUp(row('01', '4711'), 3001)).toBe(false);
});
