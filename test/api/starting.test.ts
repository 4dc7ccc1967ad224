import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../local/free-ports.ts';
import { connect } from '../../src/store/connect.ts';
import { migrate } from '../../src/store/migrate.ts';
import { aHolder } from '../access/key-holders.ts';
import { AUDIENCE, RunningIssuer } from '../access/running-issuer.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { anOrderBody } from '../support/orders.ts';
import { until } from '../support/until.ts';
import { RawConnection } from './raw-connection.ts';

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
  const [port] = await freePorts(1);
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

/** Another address of this machine than the one it listens on: where there is no network either. */
const ELSEWHERE = '127.0.0.2';
const outsideAddress = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)?.address;

describe('an API without keys', () => {
  test('listens on loopback only, and says so', async () => {
    const api = await start({});
    await api.ready();
    expect(await api.listed()).toBe(200);
    expect(api.said.text).toContain('no keys: whoever is on this machine is let in');
    for (const address of [ELSEWHERE, outsideAddress].filter((each) => each !== undefined))
      await expect(fetch(api.url.replace('127.0.0.1', address))).rejects.toThrow('fetch failed');
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

describe('an API with limits keeps to its', () => {
  const body = JSON.stringify(anOrderBody());
  const post = (url: string) =>
    fetch(`${url}/api/orders`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });

  test('RATE_LIMIT', async () => {
    const api = await start({ RATE_LIMIT: '1/1m' });
    await api.ready();
    expect([await api.listed(), await api.listed()]).toEqual([200, 429]);
  });

  test.each(['MAX_CONNECTIONS', 'MAX_CONNECTIONS_PER_ADDRESS'])('%s', async (name) => {
    const api = await start({ [name]: '1' });
    await api.ready();
    const first = await RawConnection.to(api.url);
    const second = await RawConnection.to(api.url);
    await second.closed;
    expect(second.received).toBe('');
    first.destroy();
    await until(async () => (await api.listed().catch(() => 0)) === 200);
  });

  test('INTAKE_QUEUE', async () => {
    const api = await start({ INTAKE_QUEUE: '1' });
    await api.ready();
    const sql = connect(database.url, { max: 1, applicationName: 'lock' });
    try {
      const { asked } = await sql.begin(async (tx) => {
        await tx`LOCK TABLE orders IN EXCLUSIVE MODE`;
        const asked = Array.from({ length: 40 }, () => post(api.url).then(({ status }) => status));
        expect(await Promise.race(asked)).toBe(503); // those that wait can't be answered yet
        return { asked };
      });
      expect(new Set(await Promise.all(asked))).toEqual(new Set([201, 503]));
    } finally {
      await sql.end();
    }
  });
});

describe('an API with keys', () => {
  test('has them from the environment too', async () => {
    const shop = aHolder('shop');
    const api = await start({ HOST: '0.0.0.0', API_KEYS: shop.line });
    await api.ready();
    expect([await api.listed(), await api.listed(shop.headers)]).toEqual([401, 200]);
  });

  test('or an issuer of tokens, lets in who has one', async () => {
    const issuer = await RunningIssuer.start();
    try {
      const api = await start({ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: AUDIENCE });
      await api.ready();
      const headers = { Authorization: `Bearer ${await issuer.tokenOf('ann')}` };
      expect([await api.listed(), await api.listed(headers)]).toEqual([401, 200]);
    } finally {
      await issuer.stop();
    }
  });

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
