import { join } from 'node:path';
import { ROOT } from '../support/imports.ts';

// Not seen by tsc: see findings.test.ts.
const { spentIn } = await import(join(ROOT, 'bench', 'report', 'cpu-profile.ts'));

test('a profile tells what a thread did by shares of its time, not of its samples', () => {
  const node = (id: number, functionName: string) => ({ id, callFrame: { functionName, url: '', lineNumber: 0 } });
  const nodes = [
    node(1, '(root)'),
    node(2, '(idle)'),
    node(3, '(program)'),
    node(4, '(garbage collector)'),
    node(5, 'take'),
  ];
  const profile = { nodes, startTime: 0, samples: [2, 3, 4, 5, 5], timeDeltas: [50, 20, 10, 5, 15] };
  expect(spentIn(profile)).toEqual({ idle: 0.5, native: 0.2, garbage: 0.1, javascript: 0.2 });
});
