import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { payment } from '../../services/payment/payments.ts';
import { anOrder, atOnce, startOnOwnDatabase } from './running-service.ts';

let service: Awaited<ReturnType<typeof startOnOwnDatabase>>;
beforeAll(async () => {
  service = await startOnOwnDatabase(payment);
});
afterEach(async () => {
  await service.put('/faults', {});
});
afterAll(() => service.stop());

const fault = (body: object) => service.put('/faults', body);
const pay = (order_id: string, signal?: AbortSignal) =>
  service.post('/pay', `${order_id}:pay`, { order_id, amount: 4200, currency: 'EUR' }, signal);
const refund = (order_id: string) => service.post('/refund', `${order_id}:refund`, { order_id, amount: 4200 });
const paid = async (order: string) => (await service.get(`/ledger?order_id=${order}`)).body.entries.length;

test('fail answers 500 and does nothing', async () => {
  const order = anOrder();
  await fault({ fail: 1 });
  expect(await pay(order)).toMatchObject({ status: 500, body: { error: 'internal' } });
  expect(await paid(order)).toBe(0);
});

test('fail answers with the status and the Retry-After that were asked for', async () => {
  await fault({ fail: 1, status: 429, retry_after: 7 });
  const reply = await pay(anOrder());
  expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '7']);
});

test('fail_after answers 500 although the work is done; asking again finds it done', async () => {
  const order = anOrder();
  await fault({ fail_after: 1 });
  expect(await pay(order)).toMatchObject({ status: 500 });
  expect(await paid(order)).toBe(1);
  await fault({});
  expect(await pay(order)).toMatchObject({ status: 200 });
  expect(await paid(order)).toBe(1);
});

test('refuse declines, but not what was done already', async () => {
  const [done, fresh] = [anOrder(), anOrder()];
  await pay(done);
  await fault({ refuse: 1 });
  expect(await pay(fresh)).toMatchObject({ status: 402, body: { error: 'card_declined' } });
  expect(await paid(fresh)).toBe(0);
  expect(await pay(done)).toMatchObject({ status: 200 });
});

test('refuse spares undos, unless paths names them', async () => {
  await fault({ refuse: 1 });
  expect(await refund(anOrder())).toMatchObject({ status: 200 });
  await fault({ refuse: 1, paths: ['/refund'] });
  expect(await refund(anOrder())).toMatchObject({ status: 402 });
});

test('drop closes the connection and does nothing', async () => {
  const order = anOrder();
  await fault({ drop: 1 });
  await expect(pay(order)).rejects.toThrow('fetch failed');
  expect(await paid(order)).toBe(0);
});

test('hang never answers, even when the fault is healed', async () => {
  const order = anOrder();
  await fault({ hang: 1 });
  const hanging = pay(order, AbortSignal.timeout(300));
  hanging.catch(() => {});
  await pay(anOrder(), AbortSignal.timeout(100)).catch(() => {}); // by now the first one hangs
  await fault({});
  await expect(hanging).rejects.toThrow('timeout');
  expect(await paid(order)).toBe(0);
});

test('garbage answers 200 with what no contract mentions, and does nothing', async () => {
  const order = anOrder();
  await fault({ garbage: 1 });
  const { status, body } = await pay(order);
  expect([status, body.ok]).toEqual([200, undefined]);
  expect(await paid(order)).toBe(0);
});

test('latency_ms replaces the usual latency', async () => {
  await fault({ latency_ms: 150 });
  const start = performance.now();
  await pay(anOrder());
  expect(performance.now() - start).toBeGreaterThanOrEqual(145);
});

test('paths limits faults to some calls', async () => {
  await fault({ fail: 1, paths: ['/pay'] });
  expect(await pay(anOrder())).toMatchObject({ status: 500 });
  expect(await refund(anOrder())).toMatchObject({ status: 200 });
});

test('a share is a share', async () => {
  await fault({ fail: 0.3, refuse: 0.3 });
  const replies = await atOnce(600, () => pay(anOrder()));
  for (const status of [500, 402]) {
    const share = replies.filter((reply) => reply.status === status).length / replies.length;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
  }
});

test('shows what was set, {} heals, and what does not fit changes nothing', async () => {
  await fault({ fail: 0.5, paths: ['/pay'] });
  for (const wrong of [
    { fail: 2 },
    { fail: -1 },
    { explode: 1 },
    { fail: '1' },
    { paths: '/pay' },
    { status: 200 },
    [],
  ]) {
    expect(await fault(wrong)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  }
  expect((await service.get('/faults')).body).toEqual({ fail: 0.5, paths: ['/pay'] });
  expect(await fault({})).toMatchObject({ status: 200, body: {} });
  expect(await pay(anOrder())).toMatchObject({ status: 200 });
});
