import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface HostileService {
  url: string;
  /** Requests as they came, as far as they came. */
  readonly received: string[];
  /** What is done with a connection on which a request has come. */
  answer: (socket: Socket) => void;
  stop(): Promise<void>;
}

/** A service that speaks TCP and nothing else that it is not told to. */
export async function startHostileService(): Promise<HostileService> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      service.received.push(bytes.toString('latin1'));
      service.answer(socket);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const service: HostileService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    answer: (socket) => socket.destroy(),
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return service;
}

/** @param text sent with its true length unless the headers say another */
export const http = (status: number, text = '', headers: Record<string, string> = {}): string => {
  const all = { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(text)), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} X`, ...lines, '', text].join('\r\n');
};
