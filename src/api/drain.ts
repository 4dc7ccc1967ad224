import type { Server } from 'node:http';
import type { Socket } from 'node:net';

const SWEEP_EVERY_MS = 50;

export type Drain = (withinMs: number) => Promise<void>;

/**
 * Before the server listens. Draining, it takes no connection any more, and each that is there ends with the answer that is due
 * on it; after `withinMs` all are cut, whatever is under way.
 */
export function drainOf(server: Server): Drain {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return async (withinMs) => {
    const forced = setTimeout(() => server.closeAllConnections(), withinMs);
    const swept = setInterval(sweep, SWEEP_EVERY_MS);
    await new Promise((resolve) => server.close(resolve));
    clearTimeout(forced);
    clearInterval(swept);
  };

  /** An answer whose head was out before says nothing of an end; and Node takes a connection without any byte for a busy one. */
  function sweep(): void {
    server.closeIdleConnections();
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  }
}
