import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { notification } from '../../services/notification/messages.ts';
import { anOrder, atOnce, startOnOwnDatabase } from './running-service.ts';

let service: Awaited<ReturnType<typeof startOnOwnDatabase>>;
beforeAll(async () => {
  service = await startOnOwnDatabase(notification);
});
afterAll(() => service.stop());

const send = (order_id: string, type = 'order_confirmed') =>
  service.post('/send', `${order_id}:notify`, { order_id, type, locale: 'en' });

test('sends one message for a key, however often it is asked', async () => {
  const order = anOrder();
  const replies = await atOnce(20, () => send(order));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(replies.map(({ body }) => body.message_id)).size).toBe(1);
  expect((await service.get(`/ledger?order_id=${order}`)).body.entries).toMatchObject([{ kind: 'send' }]);
  expect((await service.get('/totals')).body).toEqual({ send: { count: 1 } });
});

test('a message of another type needs another key', async () => {
  const order = anOrder();
  await send(order);
  expect(await send(order, 'order_rejected')).toMatchObject({ status: 422 });
});

test('a fault refuses it', async () => {
  await service.put('/faults', { refuse: 1 });
  expect(await send(anOrder())).toMatchObject({ status: 409, body: { error: 'refused' } });
  await service.put('/faults', {});
});

test('is healthy', async () => {
  expect(await service.get('/health')).toMatchObject({ status: 200, body: { ok: true } });
});

test('says in JSON that there is no such path', async () => {
  expect(await service.get('/nowhere')).toMatchObject({ status: 404, body: { error: 'not_found' } });
});
