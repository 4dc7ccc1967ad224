import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../src/store/migrate.ts';
import { aHolder } from '../access/key-holders.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

const SERVER = join(import.meta.dirname, '../../src/api/server.ts');
const dir = mkdtempSync(join(tmpdir(), 'durable-orders-starting-'));
const file = join(dir, 'keys');

let database: TestDatabase;
const started: ChildProcess[] = [];
beforeAll(async () => {
  database = await createDatabase();
  await migrate(database.url);
});
afterEach(async () => {
  for (const child of started.splice(0).filter(({ exitCode }) => exitCode === null)) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});
afterAll(async () => {
  rmSync(dir, { recursive: true });
  await database.drop();
});

/** The API as a process of its own, as it is started for good. */
async function start(env: Record<string, string>) {
  const port = await freePort();
  const child = spawn(process.execPath, [SERVER], {
    env: { PATH: process.env.PATH, DATABASE_URL: database.url, PORT: String(port), ...env },
  });
  started.push(child);
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said.text += chunk;
    });
  const url = `http://${env.HOST ?? '127.0.0.1'}:${port}`.replace('0.0.0.0', '127.0.0.1');
  return {
    said,
    url,
    listed: async (headers = {}) => (await fetch(`${url}/api/orders`, { headers })).status,
    ready: () => until(() => said.text.includes('api ready'), { within: 15_000 }),
    ended: async () => (child.exitCode === null ? (await once(child, 'exit'))[0] : child.exitCode),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const outsideAddress = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)?.address;

describe('an API without keys', () => {
  test('listens on loopback only, and says so', async () => {
    const api = await start({});
    await api.ready();
    expect(await api.listed()).toBe(200);
    expect(api.said.text).toContain('no keys: whoever is on this machine is let in');
    if (outsideAddress)
      await expect(fetch(api.url.replace('127.0.0.1', outsideAddress))).rejects.toThrow('fetch failed');
  });

  test.each(['0.0.0.0', '::', '10.1.2.3', 'orders.example'])(
    'does not start on %s, and says what it takes',
    async (HOST) => {
      const api = await start({ HOST });
      expect(await api.ended()).toBe(1);
      expect(api.said.text).toContain(
        'HOST: beyond loopback the API needs keys: set API_KEYS_FILE, API_KEYS or OIDC_ISSUER (docs/access.md)',
      );
    },
  );
});

describe('an API with keys', () => {
  test('listens wherever it is told to, lets in who has one, and takes another without a restart', async () => {
    const [before, after] = [aHolder('shop'), aHolder('shop')];
    writeFileSync(file, before.line);
    const api = await start({ HOST: '0.0.0.0', API_KEYS_FILE: file });
    await api.ready();
    expect([await api.listed(), await api.listed(before.headers), await api.listed(after.headers)]).toEqual([
      401, 200, 401,
    ]);
    expect(api.said.text).not.toContain('no keys');

    writeFileSync(file, 'not a line');
    await until(() => api.said.text.includes('keys do not fit; those of before stay'));
    expect(await api.listed(before.headers)).toBe(200);

    writeFileSync(file, after.line);
    await until(async () => (await api.listed(after.headers)) === 200);
    expect(await api.listed(before.headers)).toBe(401);
    for (const { key } of [before, after]) expect(api.said.text).not.toContain(key);
  });

  test.each([
    ['a file that is not there', { API_KEYS_FILE: join(dir, 'nowhere') }, 'API_KEYS_FILE'],
    ['a key in place of a line', { API_KEYS: aHolder('shop').key }, "API_KEYS can't be taken: line 1"],
    [
      'names of operators beside them',
      { API_KEYS: aHolder('shop').line, OPERATORS: 'ann' },
      'OPERATORS: is for an API without',
    ],
    ['an issuer and no audience', { OIDC_ISSUER: 'https://id.example' }, 'OIDC_AUDIENCE: must say'],
    [
      'an issuer in clear',
      { OIDC_ISSUER: 'http://id.example', OIDC_AUDIENCE: 'x' },
      'OIDC_ISSUER: must be an https URL',
    ],
  ])('does not start with %s', async (_, env, expected) => {
    const api = await start(env);
    expect(await api.ended()).toBe(1);
    expect(api.said.text).toContain(expected);
  });
});
