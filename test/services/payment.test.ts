import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { payment } from '../../services/payment/payments.ts';
import { anOrder, atOnce, startOnOwnDatabase } from './running-service.ts';

let service: Awaited<ReturnType<typeof startOnOwnDatabase>>;
beforeAll(async () => {
  service = await startOnOwnDatabase(payment);
});
afterAll(() => service.stop());

const pay = (order_id: string, changes: object = {}, key = `${order_id}:pay`) =>
  service.post('/pay', key, { order_id, amount: 4200, currency: 'EUR', payment_method: 'pm_card', ...changes });
const refund = (order_id: string, key = `${order_id}:refund`) =>
  service.post('/refund', key, { order_id, amount: 4200 });
const entries = async (order: string): Promise<{ kind: string; amount: number }[]> =>
  (await service.get(`/ledger?order_id=${order}`)).body.entries;

test('captures a payment, and enters it in the ledger', async () => {
  const order = anOrder();
  const { status, body } = await pay(order);
  expect(status).toBe(200);
  expect(body).toEqual({ ok: true, payment_id: expect.any(String), amount: 4200, currency: 'EUR' });
  expect(await entries(order)).toMatchObject([
    { idempotency_key: `${order}:pay`, order_id: order, kind: 'pay', amount: 4200 },
  ]);
});

test('a repeated key gets the same answer and pays once', async () => {
  const order = anOrder();
  const first = await pay(order);
  expect((await pay(order)).body).toEqual(first.body);
  expect(await entries(order)).toHaveLength(1);
});

test('concurrent repeats of a key pay once', async () => {
  const order = anOrder();
  const replies = await atOnce(100, () => pay(order));
  expect(new Set(replies.map(({ body }) => body.payment_id)).size).toBe(1);
  expect(await entries(order)).toHaveLength(1);
});

test('a key used for another body or another call is refused', async () => {
  const order = anOrder();
  await pay(order);
  const reused = { status: 422, body: { error: 'idempotency_key_reused' } };
  expect(await pay(order, { amount: 1 })).toMatchObject(reused);
  expect(await refund(order, `${order}:pay`)).toMatchObject(reused);
  expect(await entries(order)).toHaveLength(1);
});

test('two keys are two payments, and one refund gives both back', async () => {
  const order = anOrder();
  await pay(order);
  await pay(order, {}, `${order}:pay:2`);
  expect((await refund(order)).body).toEqual({ ok: true, refunded: 8400 });
  expect((await refund(order)).body).toEqual({ ok: true, refunded: 8400 });
  expect((await refund(order, `${order}:refund:2`)).body).toEqual({ ok: true, refunded: 0 });
  expect((await entries(order)).map(({ kind, amount }) => [kind, amount])).toEqual([
    ['pay', 4200],
    ['pay', 4200],
    ['refund', 8400],
  ]);
});

test('pm_declined is declined; another method may then pay under the same key', async () => {
  const order = anOrder();
  expect(await pay(order, { payment_method: 'pm_declined' })).toMatchObject({
    status: 402,
    body: { error: 'card_declined' },
  });
  expect(await entries(order)).toEqual([]);
  expect(await pay(order)).toMatchObject({ status: 200 });
});

test('does not say again that it took what it has given back since', async () => {
  const order = anOrder();
  expect((await pay(order)).status).toBe(200);
  expect((await refund(order)).status).toBe(200);
  expect(await pay(order)).toMatchObject({ status: 409, body: { error: 'undone' } });
});

test('refuses a payment that arrives after it was undone', async () => {
  const order = anOrder();
  expect((await refund(order)).body).toEqual({ ok: true, refunded: 0 });
  expect(await pay(order)).toMatchObject({ status: 409, body: { error: 'undone' } });
  expect(await entries(order)).toEqual([]);
});

test('pm_invalid is never understood, whatever the key: a defect of the order', async () => {
  const order = anOrder();
  expect(await pay(order, { payment_method: 'pm_invalid' })).toMatchObject({
    status: 400,
    body: { error: 'invalid_payment_method' },
  });
  expect(await entries(order)).toEqual([]);
});

describe('voiding a payment', () => {
  const voidPayment = (order_id: string, step = 'pay', key = `${order_id}:void`) =>
    service.post('/void', key, { order_id, undoes: `${order_id}:${step}` });

  test('that has taken nothing bars it, and leaves other keys alone', async () => {
    const order = anOrder();
    expect(await voidPayment(order)).toMatchObject({ status: 200, body: { ok: true, captured: 0 } });
    expect(await pay(order)).toMatchObject({ status: 409, body: { error: 'undone' } });
    expect(await pay(order, { payment_method: 'pm_other' }, `${order}:pay:1`)).toMatchObject({ status: 200 });
    expect(await entries(order)).toHaveLength(1);
  });

  test('that has taken something tells how much, and leaves it taken', async () => {
    const order = anOrder();
    await pay(order);
    expect((await voidPayment(order)).body).toEqual({ ok: true, captured: 4200 });
    expect((await entries(order)).map(({ kind }) => kind)).toEqual(['pay']);
    expect(await pay(order)).toMatchObject({ status: 200 });
  });

  test('racing it is told what it takes, or it takes nothing', async () => {
    const orders = Array.from({ length: 100 }, anOrder);
    const replies = await atOnce(200, (i) => {
      const order = orders[i >> 1] ?? '';
      return i % 2 === (i >> 1) % 2 ? pay(order) : voidPayment(order);
    });
    for (const [index, order] of orders.entries()) {
      const voided = replies.slice(2 * index, 2 * index + 2).find(({ body }) => 'captured' in body);
      const taken = (await entries(order)).reduce((sum, { amount }) => sum + amount, 0);
      expect(voided?.body.captured).toBe(taken);
    }
  });
});

test('a refund that names a payment gives back that one only', async () => {
  const order = anOrder();
  await pay(order);
  await pay(order, { amount: 1000 }, `${order}:pay:1`);
  const body = { order_id: order, amount: 4200, undoes: `${order}:pay` };
  expect((await service.post('/refund', `${order}:refund`, body)).body).toEqual({ ok: true, refunded: 4200 });
  expect((await refund(order, `${order}:refund:1`)).body).toEqual({ ok: true, refunded: 1000 });
});

test('a refund racing its payment leaves nothing captured', async () => {
  const orders = Array.from({ length: 200 }, anOrder);
  const before = (await service.get('/totals')).body;
  await atOnce(400, (i) => {
    const order = orders[i >> 1] ?? '';
    return i % 2 === (i >> 1) % 2 ? pay(order) : refund(order);
  });
  const { body } = await service.get('/totals');
  expect(body.pay.amount - before.pay.amount).toBe(body.refund.amount - before.refund.amount);
  expect(body.pay.count).toBeGreaterThan(before.pay.count);
});

test('the ledger shows the newest entries, in the order in which they happened', async () => {
  const [first, second] = [anOrder(), anOrder()];
  await pay(first);
  await pay(second);
  const { body } = await service.get('/ledger?limit=2');
  expect(body.entries.map((entry: { order_id: string }) => entry.order_id)).toEqual([first, second]);
  expect(await service.get('/ledger?limit=none')).toMatchObject({ status: 400 });
});

test('the ledger can be read from the oldest on, page by page', async () => {
  for (let count = 0; count < 5; count++) await pay(anOrder());
  const { body: whole } = await service.get('/ledger?limit=100000');
  const read: unknown[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const { body } = await service.get(`/ledger?limit=2&after=${after}`);
    read.push(...body.entries);
    after = body.next;
  }
  expect(read).toEqual(whole.entries);
});

test('asks for a key of the form <order>:<step>, of the order in the body', async () => {
  const order = anOrder();
  for (const key of ['', order, ':pay', `${order}:`]) {
    expect(await pay(order, {}, key)).toMatchObject({ status: 400, body: { error: 'idempotency_key_required' } });
  }
  expect(await pay(order, {}, 'another:pay')).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
});

test('refuses a body that is not JSON', async () => {
  const headers = { 'content-type': 'application/json', 'idempotency-key': `${anOrder()}:pay` };
  const reply = await fetch(`${service.url}/pay`, { method: 'POST', headers, body: '{' });
  expect([reply.status, await reply.json()]).toEqual([400, { error: 'invalid_request' }]);
});
