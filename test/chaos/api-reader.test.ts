import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiReader } from '../../chaos/operate/api-reader.ts';

/** Orders `0999` to `0000`, newest first, as the API pages them. */
const ORDERS = Array.from({ length: 1000 }, (_, n) => ({ order_id: `${999 - n}`.padStart(4, '0') }));
const asked: string[] = [];
const server = createServer((request, response) => {
  const { searchParams } = new URL(request.url ?? '', 'http://api');
  asked.push(searchParams.get('status') ?? '');
  const from = Number(searchParams.get('cursor') ?? 0);
  const to = from + Number(searchParams.get('limit'));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ orders: ORDERS.slice(from, to), next_cursor: to < ORDERS.length ? String(to) : null }));
});
let reader: ApiReader;
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  reader = new ApiReader([`http://127.0.0.1:${(server.address() as AddressInfo).port}`]);
});
beforeEach(() => void asked.splice(0));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each([
  { oldest: '0990', pages: 1 },
  { oldest: '0800', pages: 1 },
  { oldest: '0799', pages: 2 },
  { oldest: '0000', pages: 5 },
  { oldest: '', pages: 5 },
])('back to order "$oldest" is $pages pages', async ({ oldest, pages }) => {
  const orders = await reader.backTo(oldest, 'confirmed');
  expect(orders).toEqual(ORDERS.slice(0, pages * 200));
  expect(asked).toEqual(Array(pages).fill('confirmed'));
});

test('where no API answers there are none', async () => {
  expect(await new ApiReader(['http://127.0.0.1:1']).backTo('', 'confirmed')).toEqual([]);
});
