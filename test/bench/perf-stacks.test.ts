import { join } from 'node:path';
import { ROOT } from '../support/imports.ts';

// Not seen by tsc: see findings.test.ts.
const { stacksOf } = await import(join(ROOT, 'bench', 'report', 'perf-stacks.ts'));

const SCRIPT = `
	          6b1a20 go.temporal.io/server/common/persistence.(*store).Update
	          46c2a1 runtime.goexit

	    ffffffff81a0 do_syscall_64
	          46c2a1 runtime.goexit

`;

test('what perf has sampled is read from the first caller on, without the paths of packages', () => {
  const isOurs = (symbol: string) => symbol.startsWith('go.temporal.io/');
  const named = (name: string, ours = false) => ({ name, ours });
  expect(stacksOf(SCRIPT, 5000, isOurs)).toEqual([
    { frames: [named('runtime.goexit'), named('persistence.(*store).Update', true)], microseconds: 5000 },
    { frames: [named('runtime.goexit'), named('do_syscall_64')], microseconds: 5000 },
  ]);
});
