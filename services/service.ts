import express, { type Express, type Router } from 'express';
import { Batches } from './batches.ts';
import { type Call, handle } from './call.ts';
import { openDatabase, prepareDatabase, type Sql } from './database.ts';
import { Faults, faultRoutes } from './faults.ts';
import { ledgerDefinition, ledgerRoutes, type Measure } from './ledger.ts';
import { type Listening, listen } from './listen.ts';
import { replyError, replyNotFound } from './reply.ts';

/** What makes one service differ from the others. Its name is its schema's too. */
export interface Service {
  name: string;
  usualLatencyMs: number;
  definition: URL;
  measure?: Measure;
  calls: Call[];
  routes?(sql: Sql): Router;
}

export interface Settings {
  databaseUrl: string;
  host?: string;
  /** 0: any free port. */
  port: number;
  /** Replaces the usual latency. */
  latencyMs?: number | undefined;
}

/** Resolves when the service answers; `close` drains it. Rejects when PostgreSQL or the port can't be had. */
export async function startService(service: Service, settings: Settings): Promise<Listening> {
  const sql = openDatabase(settings.databaseUrl, service.name);
  try {
    await prepareDatabase(sql, service.name, [ledgerDefinition, service.definition]);
    const hanging = new Set<express.Response>();
    const listening = await listen(build(service, sql, hanging, settings.latencyMs), settings);
    return { url: listening.url, close: () => close(listening, hanging, sql) };
  } catch (error) {
    await sql.end({ timeout: 0 });
    throw error;
  }
}

function build(service: Service, sql: Sql, hanging: Set<express.Response>, latencyMs?: number): Express {
  const app = express().disable('x-powered-by').disable('etag');
  const faults = new Faults();
  const hang = (res: express.Response) => {
    hanging.add(res);
    res.once('close', () => hanging.delete(res));
  };
  const around = { sql, batches: new Batches(sql), faults, usualLatencyMs: latencyMs ?? service.usualLatencyMs, hang };

  app.use(express.json());
  for (const call of service.calls) app.post(`/${call.kind}`, handle(call, around));
  const kinds = service.calls.map((call) => call.kind);
  app.use(ledgerRoutes(sql, kinds, service.measure), faultRoutes(faults));
  if (service.routes) app.use(service.routes(sql));
  app.get('/health', async (_req, res) => {
    await sql`select 1`;
    res.json({ ok: true });
  });
  return app.use(replyNotFound, replyError);
}

async function close(listening: Listening, hanging: Set<express.Response>, sql: Sql): Promise<void> {
  for (const res of hanging) res.socket?.destroy();
  await listening.close();
  await sql.end({ timeout: 1 });
}
