import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '../support/until.ts';

let child: ChildProcess;
let said: string;

beforeEach(async () => {
  said = '';
  child = spawn(process.execPath, [join(import.meta.dirname, 'signalled.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout?.on('data', (text) => {
    said += text;
  });
  await until(() => said === 'up\n');
});

afterEach(() => {
  child.kill('SIGKILL');
});

test('the Ctrl-C that a terminal and npm both pass on is one', async () => {
  child.kill('SIGINT');
  await until(() => said === 'up\ndrain\n');
  child.kill('SIGINT');
  child.kill('SIGTERM');
  await expect(until(() => said.includes('force'), { within: 200 })).rejects.toThrow();
});

test('a second one, later, forces', async () => {
  child.kill('SIGTERM');
  await until(() => said === 'up\ndrain\n');
  await until(() => {
    child.kill('SIGTERM');
    return said.includes('force');
  });
  expect(said).toBe('up\ndrain\nforce\n');
});
