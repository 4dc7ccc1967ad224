import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { boundedBody } from '../../src/outgoing/bounded-body.ts';
import { type HostileService, http, startHostileService } from '../support/hostile-service.ts';

const LIMIT = 64 * 1024;

let service: HostileService;
beforeAll(async () => {
  service = await startHostileService();
});
afterAll(() => service.stop());

/** @returns what is read of an answer, and the end of the connection that it came on */
async function ask(answer: (socket: Socket) => void, milliseconds = 10_000) {
  const closed = new Promise<void>((resolve) => {
    service.answer = (socket) => {
      socket.once('close', () => resolve());
      answer(socket);
    };
  });
  const response = await fetch(service.url, { signal: AbortSignal.timeout(milliseconds) });
  return { body: boundedBody(response.body), closed };
}

test('an answer is read to its last byte, up to the limit', async () => {
  for (const length of [0, 1, LIMIT - 1, LIMIT]) {
    const { body } = await ask((socket) => socket.write(http(200, 'x'.repeat(length))));
    expect((await body)?.toString()).toBe('x'.repeat(length));
  }
  expect(await boundedBody(new Response(null, { status: 204 }).body)).toHaveLength(0);
});

describe('an answer that is longer is none, and its connection is let go:', () => {
  const packed = gzipSync(Buffer.alloc(10 * LIMIT, ' '));
  test.each<[string, (socket: Socket) => void]>([
    ['by ten times', (socket) => socket.write(http(200, 'x'.repeat(10 * LIMIT)))],
    [
      'by a byte, with more to come',
      (socket) => socket.write(http(200, 'x'.repeat(LIMIT + 1), { 'Content-Length': '1000000000000' })),
    ],
    [
      'in chunks, with more to come',
      (socket) => socket.write(`HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n${'x'.repeat(LIMIT + 1)}`),
    ],
    [
      'once it is unpacked, with more to come',
      (socket) => {
        const length = String(packed.length + 1);
        socket.write(http(200, '', { 'Content-Encoding': 'gzip', 'Content-Length': length }));
        socket.write(packed);
      },
    ],
  ])('%s', async (_, answer) => {
    const { body, closed } = await ask(answer);
    expect(await body).toBeNull();
    await closed;
  });
});

test('the time of a call is its body’s as well, and its connection is let go when it is over', async () => {
  const { body, closed } = await ask((socket) => socket.write(http(200, 'x', { 'Content-Length': '2' })), 300);
  await expect(body).rejects.toMatchObject({ name: 'TimeoutError' });
  await closed;
});

test('a body that ends too early is none', async () => {
  const { body } = await ask((socket) => socket.end(http(200, 'x', { 'Content-Length': '2' })));
  await expect(body).rejects.toMatchObject({ name: 'TypeError' });
});
