import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../local/free-ports.ts';
import { makeCluster, serverCommand } from '../../local/postgres/cluster.ts';
import { databaseReady } from '../../local/postgres/database.ts';
import { type Place, postgresPlace } from '../../local/postgres/place.ts';

export interface TestPostgres {
  url: string;
  stop(): Promise<void>;
}

// Jest may load the setup and the teardown as two modules; what they share is in the process they share.
declare global {
  var testPostgres: TestPostgres | undefined;
}

/** Nobody needs these data after a power cut. */
const NOT_DURABLE = { fsync: 'off', full_page_writes: 'off', shared_buffers: '64MB' };

/** Ends the server, and deletes its data, when its own input ends: that is also when Jest is killed. */
const GUARD = 'dir=$1; shift; "$@" & read -r _; kill -INT $!; wait $!; rm -rf "$dir/cluster"';

/** One PostgreSQL for all tests, unless TEST_POSTGRES_URL names one already. The workers inherit the variable. */
export default async function startPostgres(): Promise<void> {
  if (process.env.TEST_POSTGRES_URL) return;
  globalThis.testPostgres = await start();
  process.env.TEST_POSTGRES_URL = globalThis.testPostgres.url;
}

async function start(): Promise<TestPostgres> {
  const dir = mkdtempSync(join(tmpdir(), 'durable-orders-test-'));
  chmodSync(dir, 0o711); // root's tests run PostgreSQL as another user, who has to get in
  const place = await postgresPlace(dir, () => {});
  await makeCluster(place, undefined, ['--no-sync']);
  const [port] = (await freePorts(1)) as [number];
  const server = guarded(place, port);
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await databaseReady(url, AbortSignal.timeout(20_000));
  return { url, stop: () => stop(server, [place.dir, dir]) };
}

function guarded(place: Place, port: number): ChildProcess {
  const { file, args, ...options } = serverCommand(place, port, NOT_DURABLE);
  const server = spawn('/bin/sh', ['-c', GUARD, 'sh', place.dir, file, ...args], {
    ...options,
    detached: true, // a Ctrl-C is for Jest; the server follows when Jest is gone
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  return server;
}

async function stop(server: ChildProcess, dirs: string[]): Promise<void> {
  const ended = once(server, 'exit');
  server.stdin?.end();
  await ended;
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
}
