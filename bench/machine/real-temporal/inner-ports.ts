import { once } from 'node:events';
import { createServer } from 'node:net';

/** Grpc ports of history, matching and worker, and what all four services find each other by. */
const COUNT = 7;

/**
 * Below those that a system deals out: the table of members has a smallint for a port (temporal#4822), and nobody is
 * given one of these between our asking and the server's listening.
 */
const FROM = 20_000;
const TO = 32_767;

/** Seven in a row, on 127.0.0.1, that nobody listens on. */
export async function freeInnerPorts(): Promise<number[]> {
  for (;;) {
    const first = FROM + Math.floor(Math.random() * (TO - FROM - COUNT));
    const ports = Array.from({ length: COUNT }, (_, index) => first + index);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return ports;
  }
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
