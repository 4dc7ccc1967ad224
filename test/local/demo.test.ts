import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { FollowedOrder } from '../../local/demo/followed-order.ts';
import { painter } from '../../local/demo/marks.ts';
import { ORDINARY } from '../../local/demo/scenarios.ts';
import { LEAST_COLUMNS, tableLines } from '../../local/demo/table.ts';
import { until } from '../support/until.ts';

const DEMO = join(import.meta.dirname, '../../local/demo.ts');

/** API and payment service in one: orders go the usual way at the first look, and wait while payments are down. */
class FakeSystem {
  faults: unknown[] = [];
  /** Of a payment, while payments are down: what the demo waits to see. */
  attempts = 4;
  #server!: Server;
  readonly #orders: { product_id?: string; payment_method?: string }[] = [];

  static async start(): Promise<FakeSystem> {
    const fake = new FakeSystem();
    fake.#server = createServer(async (request, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(await fake.#answer(request)));
    });
    await once(fake.#server.listen(0, '127.0.0.1'), 'listening');
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get areFaulty(): boolean {
    return JSON.stringify(this.faults.at(-1) ?? {}) !== '{}';
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await once(this.#server.close(), 'close');
  }

  async #answer(request: IncomingMessage): Promise<unknown> {
    const body = request.method === 'GET' ? undefined : JSON.parse(await text(request));
    if (request.method === 'PUT') this.faults.push(body);
    if (request.method === 'POST') return { order_id: `order-000${this.#orders.push(body)}`, status: 'accepted' };
    const index = Number(/order-(\d+)$/.exec(request.url ?? '')?.[1]) - 1;
    return this.#orders[index] ? this.#viewOf(index) : {};
  }

  #viewOf(index: number) {
    const failure = this.#failureOf(index);
    const status = this.areFaulty ? 'processing' : failure ? 'rejected' : 'confirmed';
    const pay = this.areFaulty ? { state: 'running', attempts: this.attempts } : { state: 'done', attempts: 1 };
    return {
      order_id: `order-000${index + 1}`,
      status,
      settled_at: this.areFaulty ? null : '2026-01-01T00:00:00Z',
      steps: [{ step: 'pay', ...pay }],
      failure: failure && { code: failure },
      links: { workflow: `http://ui/order-000${index + 1}` },
    };
  }

  #failureOf(index: number): string | null {
    const order = this.#orders[index];
    if (order?.product_id === 'sold-out') return 'out_of_stock';
    return order?.payment_method === 'pm_declined' ? 'card_declined' : null;
  }
}

function runDemo(env: Record<string, string>) {
  const child = spawn(process.execPath, [DEMO], { env: { PATH: process.env.PATH, ...env } });
  const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { child, ended: ended.then(([[code], said, complained]) => ({ code, said, complained })) };
}

describe('the demo', () => {
  let fake: FakeSystem;
  beforeEach(async () => {
    fake = await FakeSystem.start();
  });
  afterEach(() => fake.stop());

  const run = () => runDemo({ API_URL: fake.url, PAYMENT_URL: fake.url });

  test('ends well where each order goes its way, and leaves the payment service healed', async () => {
    const { code, said, complained } = await run().ended;
    expect({ code, complained }).toEqual({ code: 0, complained: '' });
    expect(said).toContain('All 5 orders went the way they should.');
    expect(said).toContain('a card that is declined: rejected (card_declined)');
    expect(said).toContain('pay ↻4');
    expect(said).toContain('http://ui/order-0005');
    expect(fake.faults).toEqual([{ fail: 1 }, {}]);
  });

  test('heals the payment service when it is interrupted', async () => {
    fake.attempts = 1;
    const { child, ended } = run();
    await until(() => fake.areFaulty || child.exitCode !== null);
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(fake.faults.at(-1)).toEqual({});
  });

  test('says that nothing answers where the system is not running', async () => {
    const { code, complained } = await runDemo({ API_URL: 'http://127.0.0.1:1' }).ended;
    expect(code).toBe(1);
    expect(complained).toBe('Nothing answers at http://127.0.0.1:1: run `npm start` in another terminal first.\n');
  });

  test('names a setting that is wrong', async () => {
    const { code, complained } = await runDemo({ API_URL: 'orders' }).ended;
    expect({ code, complained }).toEqual({
      code: 1,
      complained: 'API_URL must be an http:// or https:// URL, not "orders".\n',
    });
  });
});

describe('an order of the demo', () => {
  const [scenario] = ORDINARY;
  const followed = () => {
    if (!scenario) throw new Error('there is no scenario');
    return new FollowedOrder(scenario, { orderId: '01a20b1f-2765-7602-a2ed-e838197a50c0', acceptedInMs: 3.4 });
  };

  test('that ends otherwise than it should did not go well', () => {
    const order = followed();
    const failure = { code: 'card_declined' };
    order.see({ order_id: '', status: 'rejected', settled_at: 'now', steps: [], failure, links: { workflow: '' } });
    expect({ isFinished: order.isFinished, wentAsExpected: order.wentAsExpected }).toEqual({
      isFinished: true,
      wentAsExpected: false,
    });
  });

  test('fits into the terminal, so that its line can be redrawn in place', () => {
    for (const columns of [LEAST_COLUMNS, 100, 200]) {
      for (const line of tableLines([followed()], 'x'.repeat(300), columns, painter(false))) {
        expect(line.length).toBeLessThanOrEqual(columns);
      }
    }
  });
});
