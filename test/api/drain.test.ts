import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Drain, drainOf } from '../../src/api/drain.ts';
import { createApiServer } from '../../src/api/http-server.ts';
import { until } from '../support/until.ts';
import { RawConnection } from './raw-connection.ts';

/** Answers when it is let. */
let answer: () => void;
let begun: number;
let drain: Drain;
let url: string;
beforeEach(async () => {
  const may = new Promise<void>((resolve) => {
    answer = resolve;
  });
  begun = 0;
  const server = createApiServer(async ({ url: path }, response) => {
    begun += 1;
    if (path === '/begun') response.write('half');
    await may;
    response.end('here');
  });
  drain = drainOf(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
const LONG_MS = 20_000;
/** Long before it would be forced. */
const SOON_MS = 3000;

test('what is under way is answered, then and at once if idle its connection is closed, and that is the end', async () => {
  const [idle, asking, midway] = [
    await RawConnection.to(url),
    await RawConnection.to(url),
    await RawConnection.to(url),
  ];
  asking.write(get('/'));
  midway.write(get('/begun'));
  await until(() => begun === 2);
  const startedAt = Date.now();
  const drained = drain(LONG_MS);
  await idle.closed;
  expect([asking.isClosed, midway.isClosed]).toEqual([false, false]);
  answer();
  await Promise.all([drained, asking.closed, midway.closed]);
  expect(asking.received).toMatch(/^HTTP\/1\.1 200 [\s\S]*here$/);
  expect(midway.received).toContain('half');
  expect(Date.now() - startedAt).toBeLessThan(SOON_MS);
});

test('a request behind one that is under way is answered too, and told that it is the last', async () => {
  const connection = await RawConnection.to(url);
  connection.write(get('/') + get('/'));
  await until(() => begun === 1);
  const drained = drain(LONG_MS);
  answer();
  await Promise.all([drained, connection.closed]);
  expect(connection.statuses).toEqual([200, 200]);
  expect(connection.received.match(/^Connection: .*$/gim)).toEqual(['Connection: keep-alive', 'Connection: close']);
});

test('what does not come to its end in time is cut', async () => {
  const connection = await RawConnection.to(url);
  connection.write(get('/'));
  await until(() => begun === 1);
  await drain(100);
  await connection.closed;
  expect(connection.statuses).toEqual([]);
  answer();
});
