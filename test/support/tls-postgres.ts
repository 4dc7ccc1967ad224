import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { freePorts } from '../../local/free-ports.ts';
import { makeCluster, serverCommand } from '../../local/postgres/cluster.ts';
import { type Place, postgresPlace } from '../../local/postgres/place.ts';
import { type Authority, type Certificate, pemOf } from './certificates.ts';
import { until } from './until.ts';

/** Nobody gets in without TLS and a certificate of the authority for the very user. */
const HBA = 'hostssl all all all cert clientcert=verify-full\n';

export interface TlsPostgres {
  port: number;
  stop(): Promise<void>;
}

/** A PostgreSQL of its own that takes TLS with client certificates only. */
export async function startTlsPostgres(authority: Authority, user: Certificate): Promise<TlsPostgres> {
  const dir = mkdtempSync(join(tmpdir(), 'tls-postgres-'));
  chmodSync(dir, 0o711); // root's tests run PostgreSQL as another user, who has to get in
  const place = await postgresPlace(dir, () => {});
  await makeCluster(place, undefined, ['--no-sync']);
  const cluster = join(place.dir, 'cluster');
  writeFileSync(join(cluster, 'pg_hba.conf'), HBA);
  const server = authority.issue('localhost', 'DNS:localhost,IP:127.0.0.1');
  const settings = {
    ssl: 'on',
    ssl_ca_file: given(place, authority.certificate, 'ca.crt'),
    ssl_cert_file: given(place, server.certificate, 'server.crt'),
    ssl_key_file: given(place, server.key, 'server.key'),
    fsync: 'off',
    shared_buffers: '64MB',
  };
  const [port = 0] = await freePorts(1);
  const { file, args, ...options } = serverCommand(place, port, settings);
  const child = spawn(file, args, { ...options, stdio: 'ignore' });
  await until(() => answers(port, authority, user), { within: 20_000 });
  return {
    port,
    async stop() {
      child.kill('SIGINT');
      if (child.exitCode === null) await once(child, 'exit');
      for (const each of [place.dir, dir]) rmSync(each, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL takes a key only where it is its own, and nobody else's to read. */
function given({ dir, account }: Place, file: string, name: string): string {
  const copy = join(dir, 'cluster', name);
  copyFileSync(file, copy);
  chmodSync(copy, 0o600);
  if (account) chownSync(copy, account.uid, account.gid);
  return copy;
}

/** With the server's own options and not by a URL, which is what is to be tested. */
async function answers(port: number, authority: Authority, user: Certificate): Promise<boolean> {
  const ssl = { ca: readFileSync(authority.certificate), ...pemOf(user) };
  const sql = postgres({
    host: 'localhost',
    port,
    user: 'postgres',
    database: 'postgres',
    ssl,
    max: 1,
    connect_timeout: 2,
  });
  return await sql`CREATE DATABASE orders`
    .then(
      () => true,
      () => false,
    )
    .finally(() => sql.end({ timeout: 1 }));
}
