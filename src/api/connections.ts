import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Log } from '../telemetry/log.ts';

export interface ConnectionLimits {
  total: number;
  /** Undefined: as many as there may be. Behind a gateway all come from one address. */
  perAddress: number | undefined;
}

/** A flood would fill the log too. */
const TELL_EVERY_MS = 10_000;

/** Closes connections that are too many before anything of theirs is read. */
export function limitConnections(server: Server, { total, perAddress }: ConnectionLimits, log: Log): void {
  const dropped = tellNowAndThen(log);
  server.maxConnections = total;
  server.on('drop', (drop) => dropped(drop?.remoteAddress));
  if (perAddress === undefined) return;

  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (open.get(address) ?? 0) + 1;
    if (count > perAddress) {
      socket.destroy();
      dropped(address);
      return;
    }
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
  });
}

function tellNowAndThen(log: Log): (address: string | undefined) => void {
  let count = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  return (address) => {
    count += 1;
    if (performance.now() - toldAt < TELL_EVERY_MS) return;
    log.warn({ count, address }, 'connections refused: there are too many');
    toldAt = performance.now();
    count = 0;
  };
}
