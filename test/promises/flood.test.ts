import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { freePorts } from '../../local/free-ports.ts';
import { RawConnection } from '../api/raw-connection.ts';
import { type OrdersDatabase, openOrdersDatabase } from '../store/orders-database.ts';
import { tell } from '../support/figures.ts';
import { anOrderBody } from '../support/orders.ts';
import { until } from '../support/until.ts';

/** The API as a process of its own, so that what it needs is its own, and what ends it would be seen. */
let db: OrdersDatabase;
let api: ChildProcess;
let url: string;
beforeAll(async () => {
  db = await openOrdersDatabase();
  const [port] = await freePorts(1);
  api = spawn(process.execPath, [join(import.meta.dirname, '../../src/api/server.ts')], {
    env: {
      ...process.env,
      DATABASE_URL: db.url,
      PORT: String(port),
      LOG_LEVEL: 'error',
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  url = `http://127.0.0.1:${port}`;
  await until(() =>
    fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  for (let n = 0; n < 200; n++) expect(await place()).toBe(201); // what it needs at all
});
afterAll(async () => {
  const ended = once(api, 'exit');
  api.kill('SIGKILL');
  await ended;
  await db.close();
});

const MEGABYTES = 1_000_000;
const BODY = JSON.stringify(anOrderBody());
const head = (...lines: string[]) =>
  ['POST /api/orders HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', ...lines, '', ''].join('\r\n');

async function place(body = BODY): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/api/orders`, { method: 'POST', headers, body });
  await response.body?.cancel();
  return response.status;
}

async function memory(): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(page)?.[1]) / MEGABYTES;
}

/** Others are served as before, and what was needed meanwhile is bounded. @returns megabytes more than before */
async function during(flood: () => Promise<unknown>): Promise<number> {
  const before = await memory();
  let most = before;
  let slowest = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const started = performance.now();
      expect(await place()).toBe(201);
      slowest = Math.max(slowest, performance.now() - started);
      most = Math.max(most, await memory());
    }
  })();
  await flood();
  isOver = true;
  await watching;
  expect(api.exitCode).toBeNull();
  tell('memory needed meanwhile', most - before, 'MB');
  tell('slowest order meanwhile', slowest, 'ms');
  expect(slowest).toBeLessThan(2000);
  return most - before;
}

async function openAll(count: number): Promise<RawConnection[]> {
  return await Promise.all(Array.from({ length: count }, () => RawConnection.to(url)));
}

describe('the API lives on, serves others, and needs no more memory than', () => {
  test('what has come, where five hundred requests do not come to their end', async () => {
    const more = await during(async () => {
      const connections = await openAll(500);
      for (const connection of connections) connection.write(head('Content-Length: 200000') + 'x'.repeat(20_000));
      await memory();
      for (const connection of connections) connection.destroy();
    });
    expect(more).toBeLessThan(150);
  });

  test('its limit, where bodies are without end', async () => {
    const more = await during(async () => {
      const connections = await openAll(20);
      const chunk = `8000\r\n${' '.repeat(0x8000)}\r\n`;
      for (const connection of connections) connection.write(head('Transfer-Encoding: chunked'));
      for (let n = 0; n < 200; n++) {
        for (const connection of connections) if (!connection.isClosed) connection.write(chunk);
        await new Promise((resolve) => setImmediate(resolve));
      }
      for (const connection of connections) connection.destroy();
    });
    expect(more).toBeLessThan(150);
  });

  test.each<[string, (bytes: Uint8Array) => Uint8Array, number]>([
    ['gzip', gzipSync, 413],
    ['deflate', deflateSync, 415],
    ['br', (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }), 415],
    ['zstd', zstdCompressSync, 415],
  ])('its limit, where what is small is large when unpacked by %s', async (encoding, pack, status) => {
    const bomb = Uint8Array.from(pack(Buffer.alloc(200 * MEGABYTES, ' ')));
    expect(bomb.length).toBeLessThan(256 * 1024);
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
    const started = performance.now();
    const more = await during(async () => {
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => fetch(`${url}/api/orders`, { method: 'POST', headers, body: bomb })),
      );
      expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([status]));
      await Promise.all(answers.map(({ body }) => body?.cancel()));
    });
    expect(more).toBeLessThan(150);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('its limit, where headers have no end', async () => {
    const more = await during(async () => {
      const connections = await openAll(100);
      for (const connection of connections)
        connection.write(`GET / HTTP/1.1\r\nHost: localhost\r\n${'X: y\r\n'.repeat(20_000)}`);
      await Promise.all(connections.map(({ closed }) => closed));
      expect(new Set(connections.flatMap(({ statuses }) => statuses))).toEqual(new Set([431]));
    });
    expect(more).toBeLessThan(100);
  });

  test('usual, where thousands of requests come at once and nobody reads the answers', async () => {
    const more = await during(async () => {
      const connections = await openAll(10);
      const request = 'GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n';
      for (const connection of connections) {
        connection.stopReading();
        connection.write(request.repeat(2000));
      }
      for (let n = 0; n < 20; n++) await memory();
      for (const connection of connections) connection.destroy();
    });
    expect(more).toBeLessThan(200);
  });

  test('one answer a connection, where pages of large orders are asked for again and again and nobody reads them', async () => {
    const metadata = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`name-${n}`, 'x'.repeat(500)]));
    for (let n = 0; n < 200; n++) expect(await place(JSON.stringify(anOrderBody({ metadata })))).toBe(201);
    const more = await during(async () => {
      const connections = await openAll(10);
      const request = 'GET /api/orders?limit=200 HTTP/1.1\r\nHost: localhost\r\n\r\n';
      for (const connection of connections) {
        connection.stopReading();
        connection.write(request.repeat(17)); // 5 MB each
      }
      for (let n = 0; n < 50; n++) await memory();
      for (const connection of connections) connection.destroy();
    });
    expect(more).toBeLessThan(300);
  });

  test('usual, where bodies are nested without end or full of names', async () => {
    const nested = '['.repeat(250_000);
    const named = `{${Array.from({ length: 20_000 }, (_, n) => `"n${n}":0`).join()}}`;
    const started = performance.now();
    const more = await during(async () => {
      for (let round = 0; round < 10; round++)
        for (const body of [nested, named, `{"items":[${'0,'.repeat(120_000)}0]}`]) {
          const headers = { 'content-type': 'application/json' };
          const response = await fetch(`${url}/api/orders`, { method: 'POST', headers, body });
          expect(response.status).toBe(400);
          await response.body?.cancel();
        }
    });
    expect(more).toBeLessThan(200);
    expect(performance.now() - started).toBeLessThan(8000);
  });
});
