import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../support/imports.ts';

// Not seen by tsc: its types need the benchmark's own packages, which are not installed with ours.
const { choose } = await import(join(ROOT, 'bench', 'choice.ts'));

const run = promisify(execFile);
const bench = (...args: string[]) => run(process.execPath, [join(ROOT, 'bench', 'bench.ts'), ...args]);
const namesOf = (all: { name: string }[]) => all.map(({ name }) => name);

test.each([['--only', 'accept,rabitmq'], ['latencies']])(
  'a name that neither a part nor a contestant has is refused with those that there are: %s',
  async (...args) => {
    const names = /There is no (rabitmq|latencies)\.\nParts: accept, latency, .*\nContestants: durable-orders, sync, /;
    await expect(bench(...args)).rejects.toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(names) });
  },
);

test('a number of rounds that is none is refused', async () => {
  await expect(bench('--rounds', '0')).rejects.toMatchObject({ code: 2 });
});

test('--only takes parts and contestants, and what it leaves open is all that is usual', () => {
  const { parts, contestants } = choose([], ['sync', 'latency', 'durable-orders'], false);
  expect([namesOf(parts), namesOf(contestants)]).toEqual([['latency'], ['durable-orders', 'sync']]);
  expect(namesOf(choose([], ['sync'], false).parts)).toContain('drain');
  expect(namesOf(choose([], ['latency'], false).contestants)).toContain('restate');
});

test('a quick run leaves out what small numbers say nothing of', () => {
  const { parts, contestants } = choose([], [], true);
  expect(namesOf(parts)).not.toContain('drain');
  expect(namesOf(contestants)).not.toContain('dbos');
});
