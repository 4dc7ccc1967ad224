import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionOptions } from '@temporalio/client';
import { freePorts } from '../../../local/free-ports.ts';
import type { Command, Part } from '../../../local/part.ts';
import { executables } from './build.ts';
import { configuration, type FrontendTls } from './configuration.ts';
import { dynamicConfiguration } from './dynamic-configuration.ts';
import { namespaceReady } from './namespace.ts';
import { ensureSchema } from './schema.ts';
import { storesAt } from './stores.ts';

/** Of history, matching and worker for gRPC, and what all four services find each other by. */
const INNER_PORTS = 7;
/** Of history, in a new database; an existing one keeps its number. */
const SHARDS = 4;

export interface RealTemporal {
  /** Takes configuration and log. */
  dataDir: string;
  /** Where clients reach it, on 127.0.0.1. */
  port: number;
  /** Names the database to use; it and the one of visibility beside it (`NAME_visibility`) are created where missing. */
  databaseUrl: string;
  /** Of its frontend, and how it is reached then. */
  tls?: { server: FrontendTls; client: ConnectionOptions['tls'] };
}

/** Temporal's server as it runs in production: all its services in one process, on PostgreSQL. */
export function realTemporalPart(wanted: RealTemporal): Part {
  return {
    name: 'Temporal on PostgreSQL',
    needs: ['PostgreSQL'],
    log: join(wanted.dataDir, 'logs', 'real-temporal.log'),
    command: (signal, note) => prepare(wanted, signal, note),
    ready: (signal) => namespaceReady(`127.0.0.1:${wanted.port}`, wanted.tls?.client, signal),
    stop: { signal: 'SIGTERM', graceMs: 15_000 },
  };
}

async function prepare(wanted: RealTemporal, signal: AbortSignal, note: (text: string) => void): Promise<Command> {
  const { server, sqlTool } = await executables(signal, note);
  const stores = storesAt(wanted.databaseUrl);
  await ensureSchema(sqlTool, stores, signal);
  const dir = join(wanted.dataDir, 'real-temporal');
  mkdirSync(dir, { recursive: true });
  mkdirSync(join(wanted.dataDir, 'logs'), { recursive: true });
  const dynamicConfigFile = written(join(dir, 'dynamic-config.yaml'), dynamicConfiguration(SHARDS));
  const { port, tls } = wanted;
  const innerPorts = await freePorts(INNER_PORTS);
  const config = configuration({
    ...{ port, innerPorts, stores, shards: SHARDS, dynamicConfigFile },
    ...(tls && { tls: tls.server }),
  });
  const file = written(join(dir, 'config.yaml'), config);
  return { file: server, args: ['--config-file', file, '--allow-no-auth', 'start'] };
}

/** JSON is YAML. */
function written(file: string, content: unknown): string {
  writeFileSync(file, JSON.stringify(content, null, 2), { mode: 0o600 });
  return file;
}
