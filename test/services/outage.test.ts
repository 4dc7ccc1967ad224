import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Listening } from '../../services/listen.ts';
import { payment } from '../../services/payment/payments.ts';
import { startService } from '../../services/service.ts';
import { createDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { type Asking, anOrder, asking, atOnce } from './running-service.ts';

let database: Awaited<ReturnType<typeof createDatabase>>;
let way: Awaited<ReturnType<typeof openWay>>;
beforeEach(async () => {
  database = await createDatabase();
  way = await openWay(new URL(database.url));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((listening) => listening.close()));
  await way.cut();
  await database.drop();
});

const started: Listening[] = [];
async function start(databaseUrl: string) {
  const listening = await startService(payment, { databaseUrl, port: 0, latencyMs: 0 });
  started.push(listening);
  return asking(listening.url);
}

const pay = (service: Asking, order_id: string) =>
  service.post('/pay', `${order_id}:pay`, { order_id, amount: 4200, currency: 'EUR' });

test('answers 503 while PostgreSQL is away, and goes on when it is back', async () => {
  const service = await start(way.url);
  const orders = Array.from({ length: 300 }, anOrder);

  const underWay = atOnce(300, (i) => pay(service, orders[i] ?? ''));
  await way.cut();
  for (const { status } of await underWay) expect([200, 503]).toContain(status);
  expect(await pay(service, anOrder())).toMatchObject({ status: 503, body: { error: 'unavailable' } });
  expect(await service.get('/health')).toMatchObject({ status: 503 });

  await way.restore();
  await until(async () => (await service.get('/health')).status === 200);
  const repeated = await atOnce(300, (i) => pay(service, orders[i] ?? ''));
  expect(new Set(repeated.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await service.get('/totals')).body.pay).toEqual({ count: 300, amount: 300 * 4200 });
});

test('waits for a PostgreSQL that comes up after it', async () => {
  await way.cut();
  const starting = start(way.url);
  setTimeout(() => way.restore(), 500);
  expect(await (await starting).get('/health')).toMatchObject({ status: 200 });
});

test('services starting at once on an empty database do not get in each other’s way', async () => {
  const all = await atOnce(4, () => start(database.url));
  const order = anOrder();
  const replies = await atOnce(40, (i) => pay(all[i % 4] as Asking, order));
  expect(new Set(replies.map(({ body }) => body.payment_id)).size).toBe(1);
  expect((await all[0]?.get('/totals'))?.body.pay).toEqual({ count: 1, amount: 4200 });
});

/** A way to PostgreSQL that can be cut: a port that passes everything on. */
async function openWay(to: URL) {
  const sockets = new Set<Socket>();
  let server: Server = passOn(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  function passOn(at: number): Server {
    return createServer((near) => {
      const far = connect(Number(to.port || 5432), to.hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(one);
        one.on('error', () => {}).once('close', () => other.destroy());
        one.pipe(other);
      }
    }).listen(at, '127.0.0.1');
  }

  const url = new URL(to);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    async cut() {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
    async restore() {
      server = passOn(port);
      await once(server, 'listening');
    },
  };
}
