import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { bulkStarter } from '../../src/relay/bulk-relay.ts';
import { closedFrom, fateFrom } from '../../src/relay/fates.ts';
import type { StoredBulk } from '../../src/store/bulks.ts';
import { routingFrom } from '../../src/temporal/routing.ts';
import { oldestWaitingFrom } from '../../src/temporal/waiting-tasks.ts';

/** Takes connections, and never says a word. */
let server: Server;
const sockets: Socket[] = [];
let connection: Connection;
beforeAll(async () => {
  server = createServer((socket) => sockets.push(socket.on('error', () => {})));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  connection = Connection.lazy({ address: `127.0.0.1:${(server.address() as AddressInfo).port}` });
});
afterAll(async () => {
  await connection.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** A worker that stops waits for the question under way, and is killed after 20 s. */
const SOON_MS = 8000;

test('a Temporal that is mute keeps nobody who asks it waiting for good', async () => {
  const client = new Client({ connection });
  const workersOwn = connection as unknown as NativeConnection;
  const asked = {
    'what became of a run': () => fateFrom(client)('01a2153d-1a77-7a86-8a2b-51ff948339db'),
    'which runs were closed': () => closedFrom(client)(new Date())[Symbol.asyncIterator]().next(),
    'the current version': routingFrom(workersOwn, 'default'),
    'what waits': oldestWaitingFrom(workersOwn, 'default'),
    'a bulk operation': () => bulkStarter(client)({ bulk_id: 'b', action: 'retry', filter: {} } as StoredBulk),
  };
  const heard = Object.entries(asked).map(async ([what, ask]) => {
    const startedAt = Date.now();
    await expect(ask()).rejects.toThrow();
    return { what, isSoon: Date.now() - startedAt < SOON_MS };
  });
  expect(await Promise.all(heard)).toEqual(Object.keys(asked).map((what) => ({ what, isSoon: true })));
});
