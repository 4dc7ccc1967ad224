import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../support/imports.ts';

// Not seen by tsc: its types need the benchmark's own packages, which are not installed with ours.
const { choose } = await import(join(ROOT, 'bench', 'choice.ts'));
const { PARTS } = await import(join(ROOT, 'bench', 'parts', 'index.ts'));

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

const contestantsIn = ({ contestantsOf }: ReturnType<typeof choose>, part: string) =>
  namesOf(contestantsOf(PARTS.find(({ name }: { name: string }) => name === part)));

test('--only takes parts and contestants, and what it leaves open is all that is usual', () => {
  const both = choose([], ['sync', 'latency', 'durable-orders'], false);
  expect(namesOf(both.parts)).toEqual(['latency']);
  expect(contestantsIn(both, 'latency')).toEqual(['durable-orders', 'sync']);
  expect(namesOf(choose([], ['sync'], false).parts)).toEqual(['accept', 'latency', 'completed']);
  expect(namesOf(choose([], ['durable-orders'], false).parts)).toContain('drain');
  expect(contestantsIn(choose([], ['latency'], false), 'latency')).toContain('restate');
});

test('a part is about those whom it compares, and one about durable-orders alone is about nobody else', () => {
  const all = choose([], [], false);
  expect(contestantsIn(all, 'completed-real')).toEqual(['durable-orders', 'direct', 'empty']);
  expect(contestantsIn(all, 'latency')).not.toContain('express');
  expect(contestantsIn(all, 'drain')).toEqual(['durable-orders']);
});

test.each([
  ['drain', 'drain measures durable-orders.'],
  ['completed-real', 'completed-real measures durable-orders, direct, empty.'],
])('%s of somebody whom it does not compare is refused', async (part, why) => {
  await expect(bench(part, '--only', 'rabbitmq')).rejects.toMatchObject({ code: 2, stderr: `${why}\n` });
});

test('a run that leaves contestants out is not the whole', () => {
  expect(choose([], [], false).isWhole).toBe(true);
  expect(choose([], ['sync'], false).isWhole).toBe(false);
  expect(choose([], [], true).isWhole).toBe(false);
});

test('a quick run leaves out what small numbers say nothing of, and whom no goal speaks of', () => {
  const quick = choose([], [], true);
  expect(namesOf(quick.parts)).not.toContain('drain');
  expect(contestantsIn(quick, 'latency')).toEqual(['durable-orders', 'sync']);
  expect(contestantsIn(choose(['latency'], ['dbos'], true), 'latency')).toEqual(['dbos']);
});
