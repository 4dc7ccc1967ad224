import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { settingsFrom } from '../../local/config.ts';
import { unreachable } from '../../local/outside-addresses.ts';
import { portConflicts } from '../../local/ports.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(host?: string): Promise<number> {
  const server = createServer((socket) => socket.destroy()).listen(0, host);
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const port = await listening('127.0.0.1');
  const server = servers.pop();
  server?.close();
  return port;
}

test.each(['127.0.0.1', undefined])(
  'each port in use is named with the setting that moves it (listener on %s)',
  async (host) => {
    const [api, postgres] = [await listening(host), await listening(host)];
    const conflicts = await portConflicts([
      { port: api, setting: 'PORT', name: 'API' },
      { port: await freePort(), setting: 'TEMPORAL_PORT', name: 'Temporal' },
      { port: postgres, setting: 'POSTGRES_PORT', name: 'PostgreSQL' },
    ]);
    expect(conflicts.sort()).toEqual(
      [
        `Port ${api} (API) is in use: stop what listens there or set PORT to another one.`,
        `Port ${postgres} (PostgreSQL) is in use: stop what listens there or set POSTGRES_PORT to another one.`,
      ].sort(),
    );
  },
);

test('one port for two is a conflict of its own', async () => {
  const port = await freePort();
  const uses = [
    { port, setting: 'PORT', name: 'API' },
    { port, setting: 'METRICS_PORT', name: 'metrics' },
  ];
  expect(await portConflicts(uses)).toEqual([
    `Port ${port} is meant for API (PORT) and metrics (METRICS_PORT): give each a port of its own.`,
  ]);
});

test('a database that nothing answers for is named, its password is not', async () => {
  const port = await freePort();
  const settings = settingsFrom({ DATABASE_URL: `postgres://orders:secret@127.0.0.1:${port}/orders` });
  expect(await unreachable(settings, 100)).toEqual([
    `PostgreSQL at 127.0.0.1:${port} (DATABASE_URL) cannot be reached: ECONNREFUSED. Start it, or correct its address.`,
  ]);
});

test('a database that something answers for is not', async () => {
  const port = await listening('127.0.0.1');
  expect(await unreachable(settingsFrom({ DATABASE_URL: `postgres://127.0.0.1:${port}/orders` }), 1000)).toEqual([]);
});
