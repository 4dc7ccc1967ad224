import type { Asked } from '../../src/api/order-runs.ts';
import { claimOrders, markDispatched } from '../../src/store/claim-orders.ts';
import { redispatch } from '../../src/store/reconcile-orders.ts';
import { rowOf, set } from '../store/orders-database.ts';
import { type Api, startApi } from './running-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  api.runs.reset();
  await api.db.empty();
});
afterAll(() => api.close());

const decide = (action: 'cancel' | 'retry', id: string, headers = {}) =>
  api.ask('POST', `/api/orders/${id}/${action}`, headers);
const statusOf = async (id: string) => (await rowOf(api.db.sql, id)).status;

describe('the decision to cancel', () => {
  test('an order that was started once asks its run, even where it is accepted again', async () => {
    const id = await api.placeOne();
    await claimOrders(api.db.sql, 1, 60);
    await markDispatched(api.db.sql, [id], 60);
    await redispatch(api.db.sql, id);
    expect(await decide('cancel', id)).toMatchObject({ status: 202, body: { status: 'accepted' } });
    expect(api.runs.asked).toEqual([`cancel ${id}`]);
  });

  test('a held order asks its run, which answers to nobody else', async () => {
    const id = await api.placeOne({ status: 'held' });
    expect(await decide('cancel', id)).toMatchObject({ status: 202, body: { order_id: id, status: 'held' } });
    expect(api.runs.asked).toEqual([`cancel ${id}`]);
  });

  test('an order whose run failed is refused, since nobody is there to undo it: it can be retried first', async () => {
    const id = await api.placeOne({ status: 'failed' });
    expect(await decide('cancel', id)).toMatchObject({ status: 409, body: { order_status: 'failed' } });
    expect(api.runs.asked).toEqual([]);
  });

  test('an order that is cancelled by somebody else meanwhile has been taken', async () => {
    const id = await api.placeOne({ status: 'processing' });
    api.runs.answer = async (): Promise<Asked> => {
      await set(api.db.sql, id, { status: 'cancelled' });
      return 'no_run';
    };
    expect(await decide('cancel', id)).toMatchObject({ status: 202, body: { status: 'cancelled' } });
  });

  test('an order in the backlog needs no Temporal', async () => {
    const id = await api.placeOne();
    api.runs.isAway = true;
    expect(await decide('cancel', id)).toMatchObject({ status: 202, body: { status: 'cancelled' } });
  });

  test('twenty times at once is one cancellation, and each is told so', async () => {
    const id = await api.placeOne();
    const answers = await Promise.all(Array.from({ length: 20 }, () => decide('cancel', id)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.status}`))).toEqual(new Set(['202 cancelled']));
  });

  test('an order that a relay took in that moment does not cancel it behind the relay’s back', async () => {
    const id = await api.placeOne();
    await claimOrders(api.db.sql, 1, 60);
    expect(await decide('cancel', id)).toMatchObject({ status: 202 });
    expect([api.runs.asked, await statusOf(id)]).toEqual([[`cancel ${id}`], 'accepted']);
  });
});

describe('the decision to retry', () => {
  test('an order whose run failed needs no Temporal', async () => {
    const id = await api.placeOne({ status: 'failed' });
    api.runs.isAway = true;
    expect(await decide('retry', id)).toMatchObject({ status: 202, body: { status: 'accepted' } });
    expect(api.runs.asked).toEqual([]);
  });

  test('a failed order ten times at once starts it once; who is late is told what it is', async () => {
    const id = await api.placeOne({ status: 'failed' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => decide('retry', id)));
    for (const { status, body } of answers)
      expect([202, 409].includes(status) && (body.order_status ?? body.status)).toBe('accepted');
    expect(answers.filter(({ status }) => status === 202).length).toBeGreaterThan(0);
    expect(await claimOrders(api.db.sql, 10, 60)).toHaveLength(1);
  });

  test('an order that settled while its run was asked does not start it again', async () => {
    const id = await api.placeOne({ status: 'held' });
    api.runs.answer = async (): Promise<Asked> => {
      await set(api.db.sql, id, { status: 'cancelled' });
      return 'no_run';
    };
    expect(await decide('retry', id)).toMatchObject({ status: 409, body: { order_status: 'cancelled' } });
    expect(await statusOf(id)).toBe('cancelled');
  });
});

test('a decision of a client whose name does not fit is refused before anything is done', async () => {
  const id = await api.placeOne();
  expect(await decide('cancel', id, { 'X-Client-Id': 'a b' })).toMatchObject({
    status: 400,
    body: { code: 'invalid_parameter', errors: [{ pointer: '/X-Client-Id', code: 'invalid_format' }] },
  });
  expect(await statusOf(id)).toBe('accepted');
});

test('a refused decision is explained in the caller’s language', async () => {
  const id = await api.placeOne({ status: 'confirmed' });
  const { body } = await decide('cancel', id, { 'Accept-Language': 'zh-CN' });
  expect([body.code, body.detail]).toEqual(['order_not_cancellable', '订单已无法取消，当前状态为 “confirmed”。']);
});
