import { createServer, type RequestListener } from 'node:http';
import type { Stop } from './program.ts';

const DRAIN_MS = 3000;

/** Listens on loopback as durable-orders' API does; stopping finishes the requests under way. */
export async function listen(app: RequestListener, port: number): Promise<Stop> {
  const server = createServer({ requestTimeout: 15_000, headersTimeout: 10_000, keepAliveTimeout: 30_000 }, app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', 4096, resolve);
  });
  return async () => {
    const forced = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeIdleConnections();
    });
    clearTimeout(forced);
  };
}
