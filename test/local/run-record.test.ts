import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Part } from '../../local/part.ts';
import { identityOf } from '../../local/process-identity.ts';
import { AlreadyRunning, RunRecord } from '../../local/run-record.ts';

let dataDir: string;
let child: ChildProcess;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'durable-orders-local-'));
  child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  await once(child, 'spawn');
});

afterEach(async () => {
  child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true });
});

const pid = () => child.pid as number;
const leave = (processes: object[]) => writeFileSync(join(dataDir, 'processes.json'), JSON.stringify(processes));
const recorded = (name: string, identity: string | undefined) => ({ name, pid: pid(), identity, signal: 'SIGTERM' });

test('a second start on the same data directory is refused', async () => {
  await RunRecord.claim(dataDir);
  await expect(RunRecord.claim(dataDir)).rejects.toThrow(AlreadyRunning);
});

test('a data directory that was released can be had again', async () => {
  (await RunRecord.claim(dataDir)).release();
  expect((await RunRecord.claim(dataDir)).leftovers).toEqual([]);
});

test('what a killed start has left is stopped', async () => {
  leave([recorded('Temporal', identityOf(pid()))]);
  const ended = once(child, 'exit');
  expect((await RunRecord.claim(dataDir)).leftovers).toEqual(['Temporal']);
  expect(await ended).toEqual([null, 'SIGTERM']);
});

test('another process that got the id of one of ours is left alone', async () => {
  leave([recorded('start', 'long ago'), recorded('Temporal', 'long ago'), recorded('Worker', undefined)]);
  expect((await RunRecord.claim(dataDir)).leftovers).toEqual([]);
  expect(identityOf(pid())).toBeDefined();
});

test('what is started is on record for the next start', async () => {
  const record = await RunRecord.claim(dataDir);
  record.add({ name: 'PostgreSQL', stop: { signal: 'SIGINT', graceMs: 0 } } as Part, pid());
  expect(JSON.parse(await readRecord())).toMatchObject([
    { name: 'start', pid: process.pid },
    { ...recorded('PostgreSQL', identityOf(pid())), signal: 'SIGINT' },
  ]);
});

test('a record that was cut short does not keep the next start from starting', async () => {
  writeFileSync(join(dataDir, 'processes.json'), '[{"name":');
  expect((await RunRecord.claim(dataDir)).leftovers).toEqual([]);
});

async function readRecord(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(join(dataDir, 'processes.json'), 'utf8');
}
