import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { hasOwnTemporal, type Settings } from './config.ts';

const PATIENCE_MS = 4000;

interface Address {
  host: string;
  port: number;
}

/** One sentence for each address that was set and that nothing answers at. Services may be down: orders then wait. */
export async function unreachable(settings: Settings, patienceMs = PATIENCE_MS): Promise<string[]> {
  const sentences = await Promise.all([
    settings.DATABASE_URL && probeDatabase(settings.DATABASE_URL, patienceMs),
    hasOwnTemporal(settings) && probeTemporal(patienceMs),
  ]);
  return sentences.filter((sentence) => typeof sentence === 'string');
}

async function probeDatabase(databaseUrl: string, patienceMs: number): Promise<string | undefined> {
  const { hostname, port } = new URL(databaseUrl);
  if (!hostname) return undefined; // a unix socket
  const address = { host: bare(hostname), port: Number(port || 5432) };
  return probe(`PostgreSQL at ${hostname}:${address.port} (DATABASE_URL)`, address, patienceMs);
}

async function probeTemporal(patienceMs: number): Promise<string | undefined> {
  // Only needed here, and it takes its time to load.
  const { loadClientConnectConfig } = await import('@temporalio/envconfig');
  try {
    const { address = 'localhost:7233' } = loadClientConnectConfig().connectionOptions;
    return await probe(`Temporal at ${address} (TEMPORAL_ADDRESS or its profile)`, parse(address), patienceMs);
  } catch (error) {
    return `The Temporal settings cannot be read: ${(error as Error).message}.`;
  }
}

async function probe(what: string, address: Address, patienceMs: number): Promise<string | undefined> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const why = await connectError(address, Math.ceil(Math.max(deadline - performance.now(), 1)));
    if (!why) return undefined;
    if (performance.now() + 200 > deadline)
      return `${what} cannot be reached: ${why}. Start it, or correct its address.`;
    await pause(200);
  }
}

async function connectError({ host, port }: Address, withinMs: number): Promise<string | undefined> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(withinMs) });
    return undefined;
  } catch (error) {
    const { name, code } = error as NodeJS.ErrnoException;
    return name === 'AbortError' ? 'no answer' : (code ?? name);
  } finally {
    socket.destroy();
  }
}

/** `host:port`, `[::1]:port`, or a gRPC target such as `dns:///host:port`. */
function parse(target: string): Address {
  const { hostname, port } = new URL(`tcp://${target.replace(/^.*:\/\/+/, '')}`);
  return { host: bare(hostname), port: Number(port || 7233) };
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');
