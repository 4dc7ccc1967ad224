import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { JSONToPayload, payloadToJSON } from '@temporalio/common/lib/proto-utils.js';
import { RawConnection } from '../api/raw-connection.ts';
import { aKey, KeysFile } from '../support/payload-keys.ts';
import { until } from '../support/until.ts';
import { ORIGIN, startCodecServer, TOKEN } from './running-codec-server.ts';

const keys = new KeysFile(aKey('k1'));
let server: Awaited<ReturnType<typeof startCodecServer>>;
beforeAll(async () => {
  server = await startCodecServer(keys.path);
});
afterAll(async () => {
  await server.stop();
  keys[Symbol.dispose]();
});

const bearer = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
const payloadOf = (value: unknown) => defaultPayloadConverter.toPayload(value) as Payload;
const bodyOf = (...payloads: Payload[]) => JSON.stringify({ payloads: payloads.map(payloadToJSON) });
const valuesIn = async (response: Response) =>
  ((await response.json()) as { payloads: object[] }).payloads.map((json) =>
    defaultPayloadConverter.fromPayload(JSONToPayload(json)),
  );
const decode = (body: string, headers: Record<string, string> = bearer, path = '/decode') =>
  server.call(path, { headers, body });

describe('the protocol', () => {
  test('what is encrypted is answered in clear, in its order, and what is in clear as it is', async () => {
    const response = await decode(
      bodyOf(server.codec.seal(payloadOf({ a: 1 })), payloadOf('clear'), server.codec.seal(payloadOf('b'))),
    );
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await valuesIn(response)).toEqual([{ a: 1 }, 'clear', 'b']);
  });

  test('what is to be encrypted is answered encrypted', async () => {
    const response = await server.call('/encode', {
      headers: bearer,
      body: bodyOf(payloadOf('typed into the Web UI')),
    });
    const { payloads } = (await response.json()) as { payloads: { metadata: { encoding: string } }[] };
    expect(Buffer.from(payloads[0]?.metadata.encoding ?? '', 'base64').toString()).toBe('binary/encrypted');
    expect(await valuesIn(await decode(JSON.stringify({ payloads })))).toEqual(['typed into the Web UI']);
  });

  test('only the last part of the path counts', async () => {
    expect((await decode(bodyOf(), bearer, '/orders/default/decode')).status).toBe(200);
    expect((await decode(bodyOf(), bearer, '/decode/nothing')).status).toBe(404);
  });

  test.each([
    ['no JSON', '{', 400],
    ['no payloads', '{}', 400],
    ['payloads that are none', '{"payloads":[7]}', 400],
    ['data that are no base64', '{"payloads":[{"data":"%"}]}', 400],
    ['too much', JSON.stringify({ payloads: ['x'.repeat(17 * 1024 * 1024)] }), 413],
  ])('%s is refused', async (_, body, status) => {
    expect((await decode(body)).status).toBe(status);
  });

  test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
    ['zstd', zstdCompressSync],
  ])('what is packed by %s is refused, and is not unpacked: it could be much', async (encoding, pack) => {
    const bomb = Uint8Array.from(pack(Buffer.alloc(200_000_000, ' ')));
    const before = process.memoryUsage().rss;
    const headers = { ...bearer, 'content-encoding': encoding };
    for (const body of [bomb, Uint8Array.from(pack(Buffer.from(bodyOf(payloadOf('small')))))])
      expect((await server.call('/decode', { headers, body })).status).toBe(415);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  test('a payload under a key that is not there is told apart, without its content', async () => {
    using other = new KeysFile(aKey('k2'));
    const another = await startCodecServer(other.path);
    const response = await decode(bodyOf(another.codec.seal(payloadOf('x'))));
    await another.stop();
    expect(response.status).toBe(422);
    expect(await response.json()).toEqual({
      error: 'undecipherable',
      detail: 'the key k2 of a payload is not in PAYLOAD_KEYS_FILE',
    });
  });
});

describe('who may read', () => {
  const body = () => bodyOf(server.codec.seal(payloadOf('secret')));

  test('whoever has the token, as a bearer token or in the path', async () => {
    expect(await valuesIn(await decode(body()))).toEqual(['secret']);
    const { authorization: _, ...rest } = bearer;
    expect(await valuesIn(await decode(body(), rest, `/${TOKEN}/decode`))).toEqual(['secret']);
  });

  test.each([
    ['nobody', {}, '/decode'],
    ['another token', { authorization: 'Bearer another' }, '/decode'],
    ['a beginning of it', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }, '/decode'],
    ['a user and a password', { authorization: 'Basic YTpi' }, '/decode'],
    ['another token in the path', {}, '/another/decode'],
    ['another bearer token, beside the right one in the path', { authorization: 'Bearer another' }, `/${TOKEN}/decode`],
  ])('not %s', async (_, headers, path) => {
    const response = await decode(body(), { 'content-type': 'application/json', ...headers }, path);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.text()).not.toContain('payloads');
  });
});

test('an answer that nobody reads is given up in time, and its connection closed', async () => {
  const impatient = await startCodecServer(keys.path, {}, { timeout: 300 });
  const body = bodyOf(...Array.from({ length: 3 }, () => payloadOf('x'.repeat(3_500_000))));
  const reader = await RawConnection.to(impatient.url);
  await until(async () => (await impatient.connections()) === 1);
  reader.stopReading();
  const ask = `POST /decode HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\n`;
  reader.write(`${ask}Content-Length: ${body.length}\r\n\r\n${body}`);
  await until(async () => (await impatient.connections()) === 0);
  reader.readOn();
  await reader.closed;
  expect([reader.statuses, reader.received.length < body.length]).toEqual([[200], true]);
  await impatient.stop();
});

test('what somebody unknown sends is not looked at, however much or whatever it is', async () => {
  for (const sent of ['{', JSON.stringify({ payloads: ['x'.repeat(17 * 1024 * 1024)] })])
    expect((await decode(sent, { 'content-type': 'application/json' })).status).toBe(401);
});

describe('pages', () => {
  const preflight = (origin: string) =>
    server.call(`/${TOKEN}/decode`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-namespace',
      },
    });

  test("the Web UI's may ask first, and is told what it may send", async () => {
    const { status, headers } = await preflight(ORIGIN);
    expect(status).toBe(204);
    expect(Object.fromEntries(headers)).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'Content-Type, X-Namespace, Authorization',
      vary: 'Origin',
    });
  });

  test("the Web UI's may read answers, refusals too", async () => {
    for (const headers of [bearer, {}]) {
      const response = await decode(bodyOf(), { ...headers, origin: ORIGIN, 'x-namespace': 'default' });
      expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    }
  });

  test.each(['http://localhost:8233', 'https://127.0.0.1:8233', 'http://127.0.0.1:8233.evil.example', 'null'])(
    'those of %s may do neither, even with the token',
    async (origin) => {
      for (const response of [await preflight(origin), await decode(bodyOf(), { ...bearer, origin })]) {
        expect(response.status).toBe(403);
        expect(response.headers.get('access-control-allow-origin')).toBeNull();
      }
    },
  );
});
