import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

type Weather =
  | { is: 'fair' }
  /** Connections are reset, those that exist and those that come. */
  | { is: 'cut' }
  /** Each piece waits so long when it is its turn, either way: what is sent in many goes no faster than one per delay. */
  | { is: 'slow'; delayMs: number }
  /** Nothing arrives until it clears up; then all of it does. */
  | { is: 'stalled' }
  /** What is sent to the server arrives, what the server answers is lost. */
  | { is: 'mute' };

const FAIR: Weather = { is: 'fair' };

/** Stands between two processes, so that what is between them can be disturbed while both are well. */
export class TcpProxy {
  readonly #server: Server;
  readonly #targetPort: number;
  readonly #connections = new Set<Connection>();
  #weather: Weather = FAIR;
  #clearsUp = Promise.withResolvers<void>();

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#take(client));
  }

  static async before(targetPort: number, port = 0): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    proxy.#server.listen({ port, host: '127.0.0.1', backlog: 4096 });
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  cut(): void {
    this.#becomes({ is: 'cut' });
    for (const connection of this.#connections) connection.reset();
  }

  slow(delayMs: number): void {
    this.#becomes({ is: 'slow', delayMs });
  }

  stall(): void {
    this.#becomes({ is: 'stalled' });
  }

  mute(): void {
    this.#becomes({ is: 'mute' });
  }

  /** Whether an answer was lost of a connection that is still there. */
  get hasLost(): boolean {
    return [...this.#connections].some((connection) => connection.hasLost);
  }

  /** A connection that answers were lost of is of no more use, as with a network that has lost them. */
  heal(): void {
    for (const connection of this.#connections) if (connection.hasLost) connection.reset();
    this.#becomes(FAIR);
  }

  async close(): Promise<void> {
    this.#becomes({ is: 'cut' });
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const connection of this.#connections) connection.reset();
    await closed;
  }

  #becomes(weather: Weather): void {
    this.#weather = weather;
    this.#clearsUp.resolve();
    this.#clearsUp = Promise.withResolvers<void>();
  }

  #take(client: Socket): void {
    if (this.#weather.is === 'cut') return void client.resetAndDestroy();
    const connection = new Connection(client, this.#targetPort, (isAnswer) => this.#passes(isAnswer));
    this.#connections.add(connection);
    connection.ended.then(() => this.#connections.delete(connection));
  }

  /** Resolves when a piece may go on; false: it is lost. Nothing to wait for in fair weather. */
  #passes(isAnswer: boolean): true | Promise<boolean> {
    return this.#weather.is === 'fair' ? true : this.#passesInBadWeather(isAnswer);
  }

  async #passesInBadWeather(isAnswer: boolean): Promise<boolean> {
    while (this.#weather.is === 'stalled') await this.#clearsUp.promise;
    if (this.#weather.is === 'slow') await pause(this.#weather.delayMs);
    return !(this.#weather.is === 'mute' && isAnswer);
  }
}

class Connection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #passes: (isAnswer: boolean) => true | Promise<boolean>;
  readonly ended: Promise<unknown>;
  hasLost = false;

  constructor(client: Socket, targetPort: number, passes: (isAnswer: boolean) => true | Promise<boolean>) {
    this.#client = client;
    this.#server = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.#passes = passes;
    this.ended = Promise.all([this.#pump(client, this.#server, false), this.#pump(this.#server, client, true)]);
  }

  reset(): void {
    for (const socket of [this.#client, this.#server]) socket.resetAndDestroy();
  }

  async #pump(from: Socket, to: Socket, isAnswer: boolean): Promise<void> {
    from.on('error', () => {}); // said by the loop, too, unless it was left already
    try {
      for await (const piece of from) {
        const passes = this.#passes(isAnswer);
        if (passes === true || (await passes)) await written(to, piece);
        else this.hasLost = true;
      }
      to.end();
    } catch {
      this.reset();
    }
  }
}

async function written(to: Socket, piece: Buffer): Promise<void> {
  if (to.destroyed) throw new Error('the other side is gone');
  if (to.write(piece)) return;
  await new Promise<void>((resolve) => {
    const goOn = () => {
      to.off('drain', goOn).off('close', goOn);
      resolve();
    };
    to.on('drain', goOn).on('close', goOn);
  });
}
