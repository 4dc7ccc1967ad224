import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import { Client } from '../../chaos/load/client.ts';
import { type OrderKind, type PlannedOrder, plainOrder } from '../../chaos/load/planned-order.ts';
import { cancelAnswer, type Posted } from '../../chaos/load/posted.ts';

const ID = '019ab000-0000-7000-8000-000000000001';

interface Request {
  api: number;
  method: string | undefined;
  path: string;
  key: string | undefined;
  prefer: string | undefined;
  body: { items: { quantity: number }[] };
}

const requests: Request[] = [];
/** What each request gets, in their order; 0 closes the connection. Then 201 and 202. */
let answers: number[] = [];
/** What an order is shown as to whoever waits. */
let shown: object = {};
const servers: Server[] = [0, 1].map((api) =>
  createServer(async (request, response) => {
    const body = JSON.parse((await request.toArray()).join('') || '{}');
    const path = request.url as string;
    const { 'idempotency-key': key, prefer } = request.headers as Record<string, string | undefined>;
    requests.push({ api, method: request.method, path, key, prefer, body });
    const status = answers.shift() ?? (path.endsWith('/cancel') ? 202 : 201);
    if (status === 0) return void request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        status < 300
          ? { order_id: ID, ...((prefer || request.method === 'GET') && shown) }
          : { status, code: 'overloaded' },
      ),
    );
  }).listen(0, '127.0.0.1'),
);
let urls: string[];

beforeAll(async () => {
  await Promise.all(servers.map((server) => server.listening || once(server, 'listening')));
  urls = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
beforeEach(() => {
  requests.length = 0;
  answers = [];
  shown = {};
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function place(kind: OrderKind = 'normal', more: Partial<PlannedOrder> = {}, forMs = 5000): Promise<Posted> {
  const planned = { ...plainOrder('order-1'), kind, ...more };
  const posted: Posted = { ...planned, dueAt: Date.now(), attempts: [] };
  await new Client(urls, { forMs, longestPauseMs: 10 }).place(planned, posted);
  return posted;
}

test('tries again under the same key, at the other API each time, until it is answered 201', async () => {
  answers = [0, 503, 429];
  const posted = await place();
  expect(requests.map(({ api }) => api)).toEqual([0, 1, 0, 1]);
  expect(new Set(requests.map(({ key }) => key))).toEqual(new Set(['order-1']));
  expect(posted.attempts.map(({ status }) => status)).toEqual([0, 503, 429, 201]);
  expect(posted).toMatchObject({ orderId: ID, acceptedAt: expect.any(Number) });
});

test('gives up after its patience, and then does not know', async () => {
  answers = Array(100).fill(503);
  const posted = await place('normal', {}, 500);
  expect(posted.orderId).toBeUndefined();
  expect(posted.attempts.length).toBeGreaterThan(1);
});

test('a repeated order is posted twice at once, and once more', async () => {
  const { attempts } = await place('repeated');
  expect(attempts.map(({ what }) => what).toSorted()).toEqual(['post', 'repeat', 'repeat']);
  expect(new Set(requests.map(({ body }) => JSON.stringify(body))).size).toBe(1);
});

test('a conflicting one is followed by another order under its key, which 422 is an answer to', async () => {
  answers = [201, 422];
  const { attempts } = await place('conflicting');
  expect(attempts.map(({ what, status }) => [what, status])).toEqual([
    ['post', 201],
    ['conflict', 422],
  ]);
  expect(requests.map(({ body }) => body.items[0]?.quantity)).toEqual([1, 2]);
});

test('a cancellation is asked for until there is an answer', async () => {
  answers = [201, 503, 409];
  const posted = await place('cancelled', { cancelAfterMs: 1 });
  expect(requests.slice(1).map(({ path }) => path)).toEqual(Array(2).fill(`/api/orders/${ID}/cancel`));
  expect(cancelAnswer(posted)).toBe(409);
});

test('who waits for the outcome says so each time, and keeps what it was told', async () => {
  answers = [0, 503];
  shown = { status: 'rejected', settled_at: '2026-01-01T00:00:01.000Z', items: [] };
  const { attempts } = await place('normal', { waitSeconds: 5 });
  expect(requests.map(({ prefer }) => prefer)).toEqual(Array(3).fill('wait=5'));
  expect(attempts.map((each) => each.shown)).toEqual([
    ...[undefined, undefined],
    { status: 'rejected', settledAt: '2026-01-01T00:00:01.000Z' },
  ]);
});

test('an order that had not settled by then is not taken for one that has', async () => {
  shown = { status: 'processing', settled_at: null };
  const { attempts, orderId } = await place('normal', { waitSeconds: 1 });
  expect([attempts[0]?.status, attempts[0]?.shown, orderId]).toEqual([201, undefined, ID]);
});

test('an answer that is waited for is given its time', async () => {
  const waited = new AbortController().signal;
  const timeout = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(waited);
  await place('normal', { waitSeconds: 5 });
  await place('normal');
  expect(timeout.mock.calls).toEqual([[10_000], [5000]]);
  timeout.mockRestore();
});

test('whoever looks at an order does so again and again, at one API and the other, and is told when it is settled', async () => {
  shown = { status: 'confirmed', settled_at: '2026-11-26T10:00:00Z' };
  const { attempts } = await place('normal', { looks: 3 });
  const looks = requests.filter(({ method }) => method === 'GET');
  expect(looks.map(({ path }) => path)).toEqual(Array(3).fill(`/api/orders/${ID}`));
  expect(new Set(looks.map(({ api }) => api)).size).toBe(2);
  const told = attempts.filter(({ what }) => what === 'look').map((attempt) => attempt.shown);
  expect(told).toEqual(Array(3).fill({ status: 'confirmed', settledAt: '2026-11-26T10:00:00Z' }));
});

test('what can not be looked at is not asked for until it can', async () => {
  answers = [201, 0, 503];
  const { attempts } = await place('normal', { looks: 2 });
  expect(attempts.map(({ what, status }) => [what, status])).toEqual([
    ['post', 201],
    ['look', 0],
    ['look', 503],
  ]);
});
