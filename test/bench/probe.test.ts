import { join } from 'node:path';
import { ROOT } from '../support/imports.ts';

// Not seen by tsc: its types need the benchmark's own packages, which are not installed with ours.
const { oneCycle } = await import(join(ROOT, 'bench', 'machine', 'probe.ts'));

test('what the probe reads comes by all its places before it comes back', () => {
  const following = oneCycle(1000);
  const seen = new Set<number>();
  for (let place = 0; !seen.has(place); place = following[place]) seen.add(place);
  expect(seen.size).toBe(1000);
});
