import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { RateLimit, type Taken } from '../../src/access/rate-limit.ts';
import { byCredential } from '../../src/api/admission.ts';
import { type ConnectionLimits, limitConnections } from '../../src/api/connections.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { aHolder, aKeyRing } from '../access/key-holders.ts';
import { until } from '../support/until.ts';
import { type Api, startApi } from './running-api.ts';

/** All requests come in one moment, however long they take. */
class InOneMoment extends RateLimit {
  override take(callerId: string): Taken {
    return super.take(callerId, 1000);
  }
}

describe('a rate limit', () => {
  const shop = aHolder('shop');
  const other = aHolder('other');
  const ben = aHolder('ben', 'viewer');
  let api: Api;
  beforeAll(async () => {
    const admission = byCredential(aKeyRing({ shop, other, ben }), undefined);
    api = await startApi(undefined, { admission, rateLimit: new InOneMoment({ requests: 3, windowMs: 60_000 }) });
  });
  afterAll(() => api.close());

  test('is told with every answer, and over it when to come back; other clients do not notice', async () => {
    const answers = [
      await api.place(undefined, shop.headers),
      await api.get('/api/orders', shop.headers),
      await api.get('/api/nothing', shop.headers),
      await api.place(undefined, shop.headers),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 404, 429]);
    expect(answers.map(({ headers }) => headers.get('ratelimit-policy'))).toEqual(Array(4).fill('"client";q=3;w=60'));
    expect(answers.map(({ headers }) => headers.get('ratelimit'))).toEqual([
      '"client";r=2;t=20',
      '"client";r=1;t=40',
      '"client";r=0;t=60',
      '"client";r=0;t=60',
    ]);
    expect(answers.at(-1)?.body.code).toBe('rate_limited');
    expect(answers.at(-1)?.headers.get('retry-after')).toBe('20');
    expect((await api.place(undefined, other.headers)).status).toBe(201);
  });

  test('counts what a caller may not do as well, whichever way it takes', async () => {
    const headers = { ...ben.headers, 'content-type': 'application/json' };
    const post = async (path: string) => (await api.ask('POST', path, headers, '{}')).status;
    expect([await post('/api/orders'), await post('/api/orders?'), await post('/api/orders')]).toEqual([403, 403, 403]);
    expect([await post('/api/orders'), await post('/api/orders?')]).toEqual([429, 429]);
  });

  test('leaves alone who is asked whether it is well', async () => {
    for (let n = 0; n < 5; n += 1) expect((await api.get('/health/live')).status).toBe(200);
  });
});

test('without a rate limit there is none, and nothing is said of one', async () => {
  const api = await startApi();
  const answers = await Promise.all(Array.from({ length: 200 }, () => api.place()));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(answers[0]?.headers.has('ratelimit')).toBe(false);
  await api.close();
});

describe('a body that is nested deeper than anything that is taken', () => {
  const DEPTH = 120_000;
  const arrays = `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`;
  const objects = `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`;
  let api: Api;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  test.each([
    '/api/orders',
    '/api/orders/01890a5d-ac96-774b-bcce-b302099a8057/amend',
    '/api/orders/01890a5d-ac96-774b-bcce-b302099a8057/cancel',
    '/api/failures/retry',
  ])('is refused by %s, as it is and within the fields that there are', async (path) => {
    const within = ['metadata', 'customer', 'items', 'reason', 'filter'].map((name) => `{"${name}":${objects}}`);
    for (const body of [arrays, objects, ...within]) {
      const { status } = await api.ask('POST', path, { 'content-type': 'application/json' }, body);
      expect(status).toBe(400);
    }
    expect((await api.place()).status).toBe(201);
  });
});

describe('connections', () => {
  const told: object[] = [];
  const log = { warn: (fields: object) => told.push(fields) } as unknown as Log;
  beforeEach(() => {
    told.length = 0;
  });

  /** A server that answers, and connections to it. */
  async function serving(limits: ConnectionLimits) {
    const server = createServer((_, response) => response.end('here'));
    limitConnections(server, limits, log);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const open = (localAddress = '127.0.0.1'): Socket =>
      connect({ port, host: '127.0.0.1', localAddress }).on('error', () => {});
    return {
      /** Whether it is there and stays, or is closed at once. */
      async isKept(socket: Socket): Promise<boolean> {
        const answered = once(socket, 'data').then(() => true);
        const closed = once(socket, 'close').then(() => false);
        socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
        return await Promise.race([answered, closed]);
      },
      open,
      async close() {
        server.closeAllConnections();
        await once(server.close(), 'close');
      },
    };
  }

  test('over the number that may be open are closed, the others stay, and when some end others may come', async () => {
    const { open, isKept, close } = await serving({ total: 3, perAddress: undefined });
    const first = [open(), open(), open()];
    expect(await Promise.all(first.map(isKept))).toEqual([true, true, true]);
    expect(await isKept(open())).toBe(false);
    expect(await Promise.all(first.map(isKept))).toEqual([true, true, true]);
    first[0]?.destroy();
    await until(() => isKept(open()));
    expect(told).toEqual([{ count: 1, address: '127.0.0.1' }]); // a flood does not fill the log
    await close();
  });

  test('of one address do not take those of others', async () => {
    const { open, isKept, close } = await serving({ total: 100, perAddress: 2 });
    const first = [open(), open()];
    expect(await Promise.all(first.map(isKept))).toEqual([true, true]);
    expect(await isKept(open())).toBe(false);
    expect(await isKept(open('127.0.0.2'))).toBe(true);
    first[0]?.destroy();
    await until(() => isKept(open()));
    await close();
  });
});
