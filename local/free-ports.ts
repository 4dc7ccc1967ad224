import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below those that a system deals out: nobody is given one of these for a connection of their own between our asking and a
 * server's listening. And Temporal's table of members has a smallint for a port (temporal#4822).
 */
const FROM = 20_000;
const TO = 32_767;

/** Ports of 127.0.0.1 that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = FROM + Math.floor(Math.random() * (TO - FROM));
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
