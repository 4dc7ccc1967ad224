import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { createApiServer, type ServerLimits } from '../../src/api/http-server.ts';
import { anOrderBody } from '../support/orders.ts';
import { until } from '../support/until.ts';
import { RawConnection } from './raw-connection.ts';
import { type Api, rowsIn, startApi } from './running-api.ts';

/** So that tests of what is too slow need not wait as long as a client may. All else has the usual time. */
const IMPATIENT = { requestTimeout: 1500, headersTimeout: 1000, connectionsCheckingInterval: 50 };
/** Before the usual time is over, however busy the machine. */
const IN_TIME_MS = 9000;

let api: Api;
let impatient: Api;
beforeAll(async () => {
  api = await startApi();
  impatient = await startApi(undefined, { limits: IMPATIENT });
});
beforeEach(() => Promise.all([api.db.empty(), impatient.db.empty()]));
afterEach(async () => {
  for (const connection of opened.splice(0)) connection.destroy();
  expect((await api.get('/health/live')).status).toBe(200);
  await until(async () => (await impatient.get('/health/live').catch(() => null))?.status === 200);
});
afterAll(() => Promise.all([api.close(), impatient.close()]));

const opened: RawConnection[] = [];
const open = async (to: { url: string } = api): Promise<RawConnection> => {
  const connection = await RawConnection.to(to.url);
  opened.push(connection);
  return connection;
};
const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
const BODY = JSON.stringify(anOrderBody());
const head = (...lines: string[]) =>
  ['POST /api/orders HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', ...lines, '', ''].join('\r\n');
const ORDER = head(`Content-Length: ${BODY.length}`) + BODY;
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

/** What is answered to bytes before the connection is closed. */
async function answerTo(bytes: string | Uint8Array, of = api): Promise<string> {
  const connection = await open(of);
  connection.write(bytes);
  await connection.closed;
  return connection.received;
}

/** More than the system takes for a client that does not read. */
const LENGTHY = Buffer.alloc(32_000_000);

/** A server that has more to say about one address than about others. */
async function startLengthy(limits: Partial<ServerLimits> = {}) {
  const begun: (string | undefined)[] = [];
  const server = createApiServer(({ url }, response) => {
    begun.push(url);
    response.end(url === '/lengthy' ? LENGTHY : 'here');
  }, limits);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    begun,
    connections: promisify(server.getConnections.bind(server)),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

test('a client has seconds for its headers and its request, and so much of them', () => {
  const { requestTimeout, headersTimeout, keepAliveTimeout, timeout } = createApiServer(() => {});
  expect([requestTimeout, headersTimeout, keepAliveTimeout, timeout]).toEqual([15_000, 10_000, 30_000, 75_000]);
});

/** What two servers in a row may read as two different requests. Source: RFC 9112, 6.3 and 11.2. */
describe('a request whose end is not clear', () => {
  const SMUGGLED = 'POST /api/orders HTTP/1.1\r\nHost: b\r\n\r\n';
  test.each([
    ['with a length and chunks', `${head('Content-Length: 6', 'Transfer-Encoding: chunked')}0\r\n\r\n${SMUGGLED}`],
    ['with chunks and a length', `${head('Transfer-Encoding: chunked', 'Content-Length: 6')}0\r\n\r\n${SMUGGLED}`],
    ['with two lengths', head('Content-Length: 0', `Content-Length: ${SMUGGLED.length}`) + SMUGGLED],
    ['with a list of lengths', head(`Content-Length: 0, ${SMUGGLED.length}`) + SMUGGLED],
    ['with a length that is signed', head('Content-Length: +5') + BODY],
    ['with a negative length', head('Content-Length: -1') + BODY],
    ['with a hexadecimal length', head('Content-Length: 0x10') + BODY],
    ['with a length past every number', head('Content-Length: 99999999999999999999999') + BODY],
    ['with an encoding that only looks like chunks', head('Transfer-Encoding: xchunked') + chunk(BODY)],
    ['with chunks that are not the last encoding', head('Transfer-Encoding: chunked, identity') + chunk(BODY)],
    ['with a space before a colon', head('Transfer-Encoding : chunked') + chunk(BODY)],
    ['with a folded header', head('X: a\r\n Transfer-Encoding: chunked') + BODY],
    ['with a bare line feed', ORDER.replace('Host: localhost\r\n', 'Host: localhost\n')],
    ['with a chunk size that is none', `${head('Transfer-Encoding: chunked')}zz\r\n${BODY}\r\n0\r\n\r\n`],
    ['with a chunk that is longer than it says', `${head('Transfer-Encoding: chunked')}2\r\n${BODY}\r\n0\r\n\r\n`],
    ['with a NUL in a header', head('X: a\u0000b', 'Content-Length: 2')],
    ['of HTTP/2, without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['of TLS', new Uint8Array([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, 0x0d, 0x0a])],
    ['of nothing that is HTTP', 'EHLO mail\r\nMAIL FROM:<a@b>\r\n'],
  ])('%s is refused as a problem, and the connection closed', async (_, bytes) => {
    const received = await answerTo(bytes);
    expect(received).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\nContent-Type: application\/problem\+json/,
    );
    const problem = JSON.parse(received.split('\r\n\r\n')[1] as string);
    expect(problem).toMatchObject({ status: 400, code: 'malformed_request' });
    expect(problem).not.toHaveProperty('errors'); // there is no request to point into
    expect(received.match(/^HTTP\/1\.1 \d/gm)).toHaveLength(1);
    expect(await rowsIn(api.db)).toBe(0);
  });

  test('for want of a host is refused', async () => {
    expect(await answerTo('GET /api/orders HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('requests one after the other, without waiting for an answer,', () => {
  test('are answered in their order', async () => {
    const connection = await open();
    connection.write(
      `${ORDER}GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n${ORDER}GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    );
    await until(() => connection.statuses.length === 4);
    expect(connection.statuses).toEqual([201, 404, 201, 200]);
    expect(await rowsIn(api.db)).toBe(2);
  });

  test('of which one is malformed: the one before is answered as it is, or not at all', async () => {
    const received = await answerTo(`${ORDER}NONSENSE\r\n\r\n`);
    expect(received).not.toMatch(/HTTP\/1\.1 400/);
    expect(await rowsIn(api.db)).toBeLessThanOrEqual(1);
  });

  test('are answered where sixteen wait for the one before; with more at a time the connection is closed', async () => {
    const request = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const connection = await open();
    connection.write(request.repeat(17));
    await until(() => connection.statuses.length === 17);
    connection.write(request.repeat(17));
    await until(() => connection.statuses.length === 34);
    connection.write(request.repeat(2000));
    await connection.closed;
    expect(connection.statuses.length).toBeLessThan(2034);
  });

  test('are looked at one by one: where an answer is not read, none is made for those after it', async () => {
    await using server = await startLengthy();
    const reader = await open(server);
    reader.stopReading();
    reader.write(`${get('/lengthy')}${get('/2')}${get('/3')}`);
    await until(() => server.begun.length > 0);
    const other = await open(server);
    other.write(get('/other'));
    await until(() => other.statuses.length === 1);
    expect(server.begun).toEqual(['/lengthy', '/other']);
    reader.readOn();
    await until(() => server.begun.length === 4);
    expect(server.begun).toEqual(['/lengthy', '/other', '/2', '/3']);
  });

  test('of which the first is broken off: those after it are not looked at', async () => {
    await using server = await startLengthy();
    const reader = await open(server);
    reader.stopReading();
    reader.write(`${get('/lengthy')}${get('/2')}`);
    await until(() => server.begun.length > 0);
    reader.destroy();
    await until(async () => (await server.connections()) === 0);
    expect(server.begun).toEqual(['/lengthy']);
  });
});

describe('an answer that nobody reads', () => {
  test('is given up in time, and its connection closed', async () => {
    await using server = await startLengthy({ timeout: 300 });
    const reader = await open(server);
    reader.stopReading();
    reader.write(get('/lengthy'));
    await until(() => server.begun.length > 0);
    await until(async () => (await server.connections()) === 0, { within: IN_TIME_MS });
  });

  test('is given up by the API as it is built, however much more is asked for', async () => {
    const hasty = await startApi(undefined, { limits: { timeout: 300 } });
    const reader = await open(hasty);
    await until(async () => (await hasty.connections()) === 1);
    reader.stopReading();
    const asking = setInterval(() => reader.write(get('/docs/swagger-ui-bundle.js')), 20);
    const given = until(async () => (await hasty.connections()) === 0, { within: IN_TIME_MS });
    await given.finally(() => clearInterval(asking));
    await hasty.close();
  });
});

describe('a request that does not come to its end', () => {
  test.each([
    ['of which no byte comes', ''],
    ['before which an empty line comes', '\r\n'],
    ['in its first line', 'POST /api/ord'],
    ['in its headers', 'POST /api/orders HTTP/1.1\r\nHost: localhost\r\nContent-Ty'],
    ['in its body', head('Content-Length: 1000') + BODY],
    ['in its chunks', head('Transfer-Encoding: chunked') + chunk(BODY)],
    ['in what is packed', `${head('Content-Length: 1000', 'Content-Encoding: gzip')}\u001f\u008b\b`],
  ])('%s is cut off in time', async (_, bytes) => {
    const started = performance.now();
    const received = await answerTo(bytes, impatient);
    expect(performance.now() - started).toBeLessThan(IN_TIME_MS);
    expect(received).toMatch(/^$|^HTTP\/1\.1 408 /);
    if (received)
      expect(JSON.parse(received.split('\r\n\r\n')[1] as string)).toMatchObject({ code: 'request_too_slow' });
    expect(await rowsIn(impatient.db)).toBe(0);
  });

  test.each([
    ['headers', 'POST /api/orders HTTP/1.1\r\nHost: localhost\r\n', 'X: y\r\n'],
    ['a body', head('Content-Length: 100000'), ' '],
    ['chunks', head('Transfer-Encoding: chunked'), chunk(' ')],
  ])('since it drips: %s, again and again, is cut off in time', async (_, begin, drop) => {
    const started = performance.now();
    const connection = await open(impatient);
    connection.write(begin);
    const dripping = setInterval(() => connection.write(drop), 50);
    await connection.closed;
    clearInterval(dripping);
    expect(performance.now() - started).toBeLessThan(IN_TIME_MS);
    expect(connection.statuses).toEqual([408]);
  });

  test('since its client is gone leaves nothing', async () => {
    for (let n = 0; n < 50; n++) {
      const connection = await open();
      connection.write(head('Content-Length: 1000') + BODY);
      connection.destroy();
    }
    expect(await rowsIn(api.db)).toBe(0);
  });
});

describe('what is too large', () => {
  test('by its own word is refused before it comes', async () => {
    const connection = await open();
    connection.write(head('Content-Length: 1000000000000'));
    await until(() => connection.statuses.length === 1);
    expect(connection.statuses).toEqual([413]);
    expect(connection.received).toContain('"code":"body_too_large"');
  });

  test('as it turns out is not read for longer than a request may take', async () => {
    const started = performance.now();
    const connection = await open(impatient);
    connection.write(head('Transfer-Encoding: chunked'));
    const more = chunk('x'.repeat(65_536));
    const flooding = setInterval(() => connection.write(more), 5);
    await connection.closed;
    clearInterval(flooding);
    expect(performance.now() - started).toBeLessThan(IN_TIME_MS);
    expect(connection.statuses.every((status) => status === 413 || status === 408)).toBe(true);
  });

  test.each([
    ['one header', `X: ${'x'.repeat(20_000)}`],
    ['many headers', Array.from({ length: 5000 }, (_, n) => `X-${n}: y`).join('\r\n')],
    ['an address', null],
  ])('%s is refused as a problem', async (_, header) => {
    const bytes =
      header === null
        ? `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`
        : head(header, 'Content-Length: 0');
    const received = await answerTo(bytes);
    expect(received).toMatch(/^HTTP\/1\.1 431 /);
    expect(JSON.parse(received.split('\r\n\r\n')[1] as string)).toMatchObject({
      status: 431,
      code: 'headers_too_large',
    });
  });

  test('chunks with much to say about themselves are cut off', async () => {
    const received = await answerTo(
      `${head('Transfer-Encoding: chunked')}5;${'x'.repeat(30_000)}\r\nhello\r\n0\r\n\r\n`,
    );
    expect(received).toMatch(/^HTTP\/1\.1 4\d\d /);
  });
});

test('who wants to speak something else is answered in HTTP, or not at all', async () => {
  const upgrade = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
  const connection = await open();
  connection.write(upgrade);
  await until(() => connection.statuses.length === 1);
  expect(connection.statuses).toEqual([200]);
  expect(await answerTo('CONNECT db:5432 HTTP/1.1\r\nHost: db:5432\r\n\r\n')).toBe('');
  const absolute = await open();
  absolute.write('GET http://elsewhere.example/health/live HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n');
  await until(() => absolute.statuses.length === 1);
  expect(absolute.received).not.toContain('elsewhere.example/health/live","');
});
