import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { clearStaleLock } from '../../local/postgres/stale-lock.ts';

let cluster: string;

beforeEach(() => {
  cluster = mkdtempSync(join(tmpdir(), 'durable-orders-local-'));
});

afterEach(() => rmSync(cluster, { recursive: true }));

test('a lock that names a process which is not a server of the cluster is removed', () => {
  writeFileSync(join(cluster, 'postmaster.pid'), `${process.pid}\n${cluster}\n`);
  clearStaleLock(cluster);
  expect(existsSync(join(cluster, 'postmaster.pid'))).toBe(false);
});

test('no lock is no trouble', () => {
  expect(() => clearStaleLock(cluster)).not.toThrow();
});
