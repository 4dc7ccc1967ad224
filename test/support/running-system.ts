import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../local/free-ports.ts';
import { until } from './until.ts';

const ROOT = join(import.meta.dirname, '../..');
const PORTS = [
  'PORT',
  'POSTGRES_PORT',
  'TEMPORAL_PORT',
  'TEMPORAL_UI_PORT',
  'INVENTORY_PORT',
  'PAYMENT_PORT',
  'NOTIFICATION_PORT',
  'METRICS_PORT',
  'CODEC_PORT',
] as const;

export type ServiceName = 'inventory' | 'payment' | 'notification';

export interface ShownOrder {
  order_id: string;
  status: string;
  accepted_at: string;
  settled_at: string | null;
  steps: { step: string; state: string; attempts: number }[];
  failure: { code: string; step: string } | null;
  links: { workflow: string };
}

interface LedgerEntry {
  kind: string;
  order_id: string;
  amount?: number;
  quantity?: number;
}

/** Everything, started as a user starts it, on ports and in a data directory of its own. Reached over the network only. */
export class RunningSystem {
  readonly ports: Record<(typeof PORTS)[number], number>;
  readonly dataDir = mkdtempSync(join(tmpdir(), 'durable-orders-system-'));
  #settings: NodeJS.ProcessEnv;
  #process: ChildProcess | undefined;
  output = '';

  private constructor(ports: number[], settings: NodeJS.ProcessEnv) {
    this.ports = Object.fromEntries(PORTS.map((name, index) => [name, ports[index]])) as typeof this.ports;
    this.#settings = settings;
    // Root's tests run PostgreSQL as another user. Where that one can't get in, its data are elsewhere and would stay.
    chmodSync(this.dataDir, 0o711);
  }

  static async start(settings: NodeJS.ProcessEnv = {}): Promise<RunningSystem> {
    const system = new RunningSystem(await freePorts(PORTS.length), settings);
    await system.up();
    return system;
  }

  /** @param settings other ones than before */
  async up(settings = this.#settings): Promise<void> {
    this.#settings = settings;
    const ports = Object.fromEntries(Object.entries(this.ports).map(([name, port]) => [name, String(port)]));
    this.output = '';
    this.#process = spawn(process.execPath, ['local/start.ts'], {
      cwd: ROOT,
      env: { ...process.env, ...ports, DATA_DIR: this.dataDir, ...this.#settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on('data', (chunk) => {
        this.output += chunk;
      });
    await until(
      () => {
        if (this.#process?.exitCode !== null) throw new Error(`npm start gave up:\n${this.output}`);
        return this.output.includes('Ready after');
      },
      { within: 60_000 },
    );
  }

  /** SIGTERM to the whole, as Ctrl-C does. @returns exit code */
  async down(): Promise<number | null> {
    const child = this.#process as ChildProcess;
    if (child.exitCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    return child.exitCode;
  }

  async remove(): Promise<void> {
    await this.down();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** @param part as `npm start` names it: Worker, Temporal, PostgreSQL, API */
  signal(part: string, signal: NodeJS.Signals): void {
    process.kill(this.pidOf(part), signal);
  }

  pidOf(part: string): number {
    const processes: { name: string; pid: number }[] = JSON.parse(
      readFileSync(join(this.dataDir, 'processes.json'), 'utf8'),
    );
    const found = processes.find(({ name }) => name === part);
    if (!found) throw new Error(`${part} is not running`);
    return found.pid;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.ports.PORT}${path}`;
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into, and compared, by the tests
  async get(path: string): Promise<any> {
    return await (await fetch(this.url(path))).json();
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url(path), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  /** @returns the new order's id; anything but a 201 is an error */
  async place(order: object = {}): Promise<string> {
    const response = await this.post('/api/orders', { product_id: 'sku-1', quantity: 1, amount: 4200, ...order });
    if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
    return ((await response.json()) as { order_id: string }).order_id;
  }

  async order(id: string): Promise<ShownOrder> {
    return (await (await fetch(this.url(`/api/orders/${id}`))).json()) as ShownOrder;
  }

  untilStatus(id: string, status: string, within = 20_000): Promise<ShownOrder> {
    return until(
      async () => {
        const order = await this.order(id);
        return order.status === status && order;
      },
      { within, every: 100 },
    );
  }

  /** Waits until none of the system's orders is under way. */
  async untilAllSettled(within: number): Promise<void> {
    await until(async () => (await this.#noneIs('accepted')) && (await this.#noneIs('processing')), {
      within,
      every: 250,
    });
  }

  async untilNoneIs(status: string, within: number): Promise<void> {
    await until(() => this.#noneIs(status), { within, every: 100 });
  }

  /** While PostgreSQL comes back single answers are still 503: then it is not known, and asked again. */
  async #noneIs(status: string): Promise<boolean> {
    const response = await fetch(this.url(`/api/orders?status=${status}&limit=1`));
    return response.ok && ((await response.json()) as { orders: unknown[] }).orders.length === 0;
  }

  service(name: ServiceName, path: string, init?: RequestInit): Promise<Response> {
    const port = this.ports[`${name.toUpperCase() as Uppercase<ServiceName>}_PORT`];
    return fetch(`http://127.0.0.1:${port}${path}`, init);
  }

  async putToService(name: ServiceName, path: string, body: object): Promise<void> {
    const init = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await this.service(name, path, init);
    if (!response.ok) throw new Error(`${name} ${path}: ${response.status} ${await response.text()}`);
  }

  faults(name: ServiceName, faults: object): Promise<void> {
    return this.putToService(name, '/faults', faults);
  }

  async ledger(name: ServiceName, orderId: string): Promise<LedgerEntry[]> {
    const reply = (await (await this.service(name, `/ledger?order_id=${orderId}`)).json()) as {
      entries: LedgerEntry[];
    };
    return reply.entries;
  }

  async kindsOf(name: ServiceName, orderId: string): Promise<string[]> {
    return (await this.ledger(name, orderId)).map(({ kind }) => kind);
  }

  async stock(productId: string): Promise<{ on_hand: number; deducted: number }> {
    return (await (await this.service('inventory', `/stock/${productId}`)).json()) as {
      on_hand: number;
      deducted: number;
    };
  }
}
