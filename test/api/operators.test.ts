import { v7 as uuidv7 } from 'uuid';
import { type Api, startApi } from './running-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi(['ann', 'ben']);
});
afterAll(() => api.close());

const id = uuidv7();
const CALLS = [
  ['POST', `/api/orders/${id}/retry`],
  ['POST', `/api/orders/${id}/amend`],
  ['GET', '/api/failures'],
  ['POST', '/api/failures/retry'],
  ['POST', '/api/failures/cancel'],
  ['GET', '/api/bulk'],
  ['GET', `/api/bulk/${id}`],
  ['GET', `/api/bulk/${id}/items`],
  ['POST', `/api/bulk/${id}/pause`],
  ['POST', `/api/bulk/${id}/resume`],
  ['POST', `/api/bulk/${id}/stop`],
  ['GET', '/api/actions'],
] as const;

describe.each(CALLS)('%s %s', (method, path) => {
  test('is for operators: nobody else, named or not, gets past', async () => {
    for (const headers of [undefined, { 'X-Client-Id': 'shop' }])
      expect(await api.ask(method, path, headers)).toMatchObject({ status: 403, body: { code: 'not_allowed' } });
    expect((await api.ask(method, path, { 'X-Client-Id': 'ben' })).status).not.toBe(403);
  });
});

test('clients place, see and cancel their orders all the same', async () => {
  const headers = { 'X-Client-Id': 'shop' };
  const { order_id } = (await api.place(undefined, headers)).body;
  expect((await api.get(`/api/orders/${order_id}`, headers)).status).toBe(200);
  expect((await api.ask('POST', `/api/orders/${order_id}/cancel`, headers)).status).toBe(202);
});
