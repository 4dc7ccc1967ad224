import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const DRAIN_MS = 3000;

export interface Listening {
  url: string;
  /** Takes no new connections, finishes the requests under way (3 s at most), closes the rest. */
  close(): Promise<void>;
}

export async function listen(app: RequestListener, at: { host?: string; port: number }): Promise<Listening> {
  const host = at.host ?? '127.0.0.1';
  const unanswered = new Set<ServerResponse>();
  // Callers keep connections; a short timeout here closes them just as they are used again.
  const server = createServer({ keepAliveTimeout: 60_000 }, (req, res) => {
    unanswered.add(res);
    res.once('close', () => unanswered.delete(res));
    if (!server.listening) res.setHeader('Connection', 'close');
    app(req, res);
  });
  server.listen({ host, port: at.port, backlog: 4096 });
  await once(server, 'listening');

  const close = async () => {
    const closed = once(server, 'close');
    server.close(); // idle connections too
    // Tells the caller not to send its next request on a connection that is about to go.
    for (const res of unanswered) if (!res.headersSent) res.setHeader('Connection', 'close');
    const sweep = setInterval(() => server.closeIdleConnections(), 100);
    const limit = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    await closed;
    clearInterval(sweep);
    clearTimeout(limit);
  };
  const { port } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, close };
}
