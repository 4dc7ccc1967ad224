import { freePorts } from '../../local/free-ports.ts';
import { endsOf, LINKS, type LinkName, PROCESSES, type ProcessName } from './names.ts';
import { TcpProxy } from './tcp-proxy.ts';

/** Where each process listens, and where the others believe that it does. */
export class Addresses {
  readonly #ports: Record<ProcessName, number>;
  readonly #proxies: Map<LinkName, TcpProxy>;
  readonly temporalUiPort: number;

  private constructor(ports: Record<ProcessName, number>, proxies: Map<LinkName, TcpProxy>, temporalUiPort: number) {
    this.#ports = ports;
    this.#proxies = proxies;
    this.temporalUiPort = temporalUiPort;
  }

  static async lay(): Promise<Addresses> {
    // All at once: a port that was free and is let go may be the next one that somebody is given.
    const [uiPort, ...free] = await freePorts(1 + PROCESSES.length + LINKS.length);
    const ports = Object.fromEntries(PROCESSES.map((name) => [name, free.pop()]));
    const proxies = LINKS.map(async (link) => {
      const [, target] = endsOf(link);
      return [link, await TcpProxy.before(ports[target] as number, free.pop())] as const;
    });
    return new Addresses(ports as Record<ProcessName, number>, new Map(await Promise.all(proxies)), uiPort as number);
  }

  /** Where it really is: for its own start, and for the harness when it looks after things. */
  portOf(process: ProcessName): number {
    return this.#ports[process];
  }

  /** As the one end of a link reaches the other. */
  reached(link: LinkName): string {
    return `127.0.0.1:${this.proxy(link).port}`;
  }

  proxy(link: LinkName): TcpProxy {
    return this.#proxies.get(link) as TcpProxy;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.close()));
  }
}
