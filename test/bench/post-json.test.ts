import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JsonClient } from '../../bench/load/post-json.ts';

/** Answers as told, on a free port, and counts the connections that were made to it. */
async function listening(answer: RequestListener) {
  let connections = 0;
  const server = createServer(answer).listen(0, '127.0.0.1');
  server.on('connection', () => {
    connections += 1;
  });
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const json = (body: string) => ({ status: 201, body, headers: { 'content-length': Buffer.byteLength(body) } });

test('keeps its connections, makes no more than it may, and answers each request with its own answer', async () => {
  await using server = await listening(async (request, response) => {
    const { n } = JSON.parse((await request.toArray()).join(''));
    const { status, headers, body } = json(`{"order_id":"${n}"}`);
    response.writeHead(status, headers).end(body);
  });
  const client = new JsonClient(server.url, 3);
  const numbers = Array.from({ length: 40 }, (_, n) => n);
  const bodies = await Promise.all(numbers.map((n) => client.post(client.prepare('/', JSON.stringify({ n })))));
  client.close();
  expect(bodies).toEqual(numbers.map((n) => `{"order_id":"${n}"}`));
  expect(server.connections()).toBe(3);
  expect(client.underWay).toBe(0);
});

test('sends the headers that it is given, and says what a refusal was', async () => {
  await using server = await listening((request, response) => {
    const { headers, body } = json(`${request.headers['idempotency-key']}`);
    response.writeHead(409, headers).end(body);
  });
  const client = new JsonClient(server.url, 1);
  await expect(client.post(client.prepare('/', '{}', { 'Idempotency-Key': 'a:pay' }))).rejects.toThrow('409 a:pay');
  client.close();
});

test('a connection that breaks costs the request it had, and none of those that wait for it', async () => {
  let asked = 0;
  await using server = await listening((request, response) => {
    asked += 1;
    if (asked === 1) request.socket.destroy();
    else response.writeHead(201, { 'content-length': 2 }).end('ok');
  });
  const client = new JsonClient(server.url, 1);
  const statuses = await Promise.all(
    [1, 2, 3].map(() => new Promise((resolve) => client.send(client.prepare('/', '{}'), resolve))),
  );
  client.close();
  expect(statuses).toEqual([0, 201, 201]);
});

test('closing answers what is under way and what waits with 0', async () => {
  await using server = await listening(() => {});
  const client = new JsonClient(server.url, 1);
  const statuses = Promise.all(
    [1, 2].map(() => new Promise((resolve) => client.send(client.prepare('/', '{}'), resolve))),
  );
  client.close();
  expect(await statuses).toEqual([0, 0]);
  expect(client.underWay).toBe(0);
});
