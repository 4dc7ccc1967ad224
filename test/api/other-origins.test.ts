import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { anOrderBody } from '../support/orders.ts';
import { type Api, rowsIn, startApi } from './running-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(() => api.db.empty());
afterAll(() => api.close());

const Origin = 'https://shop.example';
const PATHS = ['/api/orders', '/api/failures', '/metrics', '/health/ready', '/docs', '/docs/open.js', '/openapi.json'];

test.each(PATHS)('a page of another origin may not read %s, nor ask for more than that', async (path) => {
  const wanted = {
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'content-type, authorization',
  };
  const preflight = await fetch(api.url + path, { method: 'OPTIONS', headers: { Origin, ...wanted } });
  await preflight.body?.cancel();
  for (const { headers } of [preflight, await api.get(path, { Origin })])
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
});

test('a form of another origin, which needs no leave, places nothing', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
    expect(
      (await api.ask('POST', '/api/orders', { Origin, 'content-type': type }, JSON.stringify(anOrderBody()))).status,
    ).toBe(415);
  expect(await rowsIn(api.db)).toBe(0);
});

/** `fetch` lets nobody say another name than that of the address. */
async function askAs(
  host: string | undefined,
  path = '/api/orders',
): Promise<{ status: number | undefined; body: { code?: string } }> {
  const { hostname, port } = new URL(api.url);
  const headers: IncomingHttpHeaders = host === undefined ? {} : { host };
  const asked = request({ hostname, port, path, headers, setHost: false, agent: false }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, body: (await json(answer)) as { code?: string } };
}

describe('without keys, a page whose own name leads here (DNS rebinding)', () => {
  test.each([
    'shop.example',
    'shop.example:3000',
    '127.0.0.1.shop.example',
    'localhost.shop.example',
    '10.0.0.1',
    '::1',
  ])('gets nothing as %s', async (host) =>
    expect(await askAs(host)).toMatchObject({ status: 421, body: { code: 'misdirected' } }),
  );

  test.each(['/api/orders', '/api/failures', '/api/actions', '/api/nothing', '/metrics'])(
    'gets nothing of %s',
    async (path) =>
      expect(await askAs('shop.example', path)).toMatchObject({ status: 421, body: { code: 'misdirected' } }),
  );

  test.each(['127.0.0.1', '127.0.0.1:3000', 'localhost', 'LOCALHOST:3000', '[::1]:3000'])(
    'is told apart from who asks %s',
    async (host) => expect((await askAs(host)).status).toBe(200),
  );
});
