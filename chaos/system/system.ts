import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from '../../local/child.ts';
import type { Part } from '../../local/part.ts';
import { becomesReady } from '../../local/readiness.ts';
import { Addresses } from './addresses.ts';
import { SettableClock } from './clock.ts';
import { SmallDisk } from './disk.ts';
import { Member, type OwnEnd } from './member.ts';
import {
  APIS,
  type LinkName,
  PROCESSES,
  type ProcessName,
  SERVICES,
  type ServiceName,
  WORKERS,
  type WorkerName,
} from './names.ts';
import { partOf, preparations, type Site } from './parts.ts';
import type { TcpProxy } from './tcp-proxy.ts';

/** Everything, each a process of its own, with a proxy between any two; data and logs in a folder of its own. */
export class ChaosSystem {
  readonly #dataDir: string;
  readonly disk: SmallDisk | undefined;
  readonly clocks: Record<WorkerName, SettableClock>;
  readonly #addresses: Addresses;
  readonly #members: Record<ProcessName, Member>;

  private constructor(site: Site, disk: SmallDisk | undefined, note: (text: string) => void) {
    this.#dataDir = site.dataDir;
    this.disk = disk;
    this.clocks = site.clocks;
    this.#addresses = site.addresses;
    const members = PROCESSES.map((name) => [name, new Member(name, partOf(name, site), note)]);
    this.#members = Object.fromEntries(members);
  }

  /** @param source where the code is that is run */
  static async start(source: string, note: (text: string) => void): Promise<ChaosSystem> {
    const dataDir = mkdtempSync(join(tmpdir(), 'durable-orders-chaos-'));
    chmodSync(dataDir, 0o711); // root runs PostgreSQL as another user
    mkdirSync(join(dataDir, 'logs'));
    const clocks = {
      'worker-1': new SettableClock(dataDir, 'worker-1'),
      'worker-2': new SettableClock(dataDir, 'worker-2'),
    };
    const site = { source, dataDir, clocks, addresses: await Addresses.lay() };
    const system = new ChaosSystem(site, SmallDisk.mount(join(dataDir, 'postgres')), note);
    process.on('exit', () => system.killNow());
    try {
      await system.#bringUp(site, note);
      return system;
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  member(name: ProcessName): Member {
    return this.#members[name];
  }

  proxy(link: LinkName): TcpProxy {
    return this.#addresses.proxy(link);
  }

  /** As the client reaches the APIs. */
  get clientUrls(): string[] {
    return APIS.map((api) => `http://${this.#addresses.reached(`client>${api}`)}`);
  }

  /** Past the proxies, for looking after things. */
  urlOf(name: (typeof APIS)[number] | ServiceName): string {
    return `http://127.0.0.1:${this.#addresses.portOf(name)}`;
  }

  get temporalAddress(): string {
    return `127.0.0.1:${this.#addresses.portOf('temporal')}`;
  }

  /** Ends of processes that nobody had asked for. */
  get ownEnds(): OwnEnd[] {
    return Object.values(this.#members)
      .flatMap(({ ownEnds }) => ownEnds)
      .toSorted((one, other) => one.at - other.at);
  }

  /** Of a process that is up or was. */
  nameOf(pid: number): ProcessName | undefined {
    return PROCESSES.find((name) => this.#members[name].pids.has(pid));
  }

  async stop(): Promise<void> {
    for (const name of PROCESSES.toReversed()) await this.#members[name].stop();
    await this.#addresses.close();
    this.disk?.unmount();
  }

  get logs(): string {
    return join(this.#dataDir, 'logs');
  }

  /** What the run has left on the disk. */
  remove({ keepLogs = false } = {}): void {
    for (const name of readdirSync(this.#dataDir))
      if (!keepLogs || name !== 'logs') rmSync(join(this.#dataDir, name), { recursive: true, force: true });
    if (!keepLogs) rmSync(this.#dataDir, { recursive: true, force: true });
  }

  killNow(): void {
    for (const member of Object.values(this.#members)) member.killNow();
    this.disk?.unmount();
  }

  async #bringUp(site: Site, note: (text: string) => void): Promise<void> {
    const [migrations, bundle] = preparations(site) as [Part, Part];
    const first = { isFirst: true };
    await Promise.all([
      this.member('postgresql')
        .start(first)
        .then(() => runToItsEnd(migrations, note)),
      this.member('temporal').start(first),
      runToItsEnd(bundle, note),
    ]);
    await Promise.all(SERVICES.map((name) => this.member(name).start(first)));
    await Promise.all([...WORKERS, ...APIS].map((name) => this.member(name).start(first)));
  }
}

async function runToItsEnd(part: Part, note: (text: string) => void): Promise<void> {
  const { signal } = new AbortController();
  await becomesReady(part, new Child(part, await part.command(signal, note)), signal);
}
