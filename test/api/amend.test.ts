import { v7 as uuidv7 } from 'uuid';
import type { Asked } from '../../src/decisions/order-runs.ts';
import { claimOrders } from '../../src/store/claim-orders.ts';
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

const HELD = {
  status: 'held',
  failure_code: 'service_error',
  failure_step: 'pay',
  failure_detail: 'payment: 500',
  failed_at: new Date(),
};
const amend = (id: string, patch: unknown, headers = {}) =>
  api.ask(
    'POST',
    `/api/orders/${id}/amend`,
    { 'content-type': 'application/merge-patch+json', 'X-Client-Id': 'ann', ...headers },
    JSON.stringify(patch),
  );

describe('amending', () => {
  test('a held order changes it, lets it go on, and is on the record without what was changed', async () => {
    const id = await api.placeOne(HELD);
    const answer = await amend(id, { payment_method: 'pm_marker', reason: 'the customer called' });
    expect(answer).toMatchObject({ status: 202, body: { order_id: id } });
    expect(api.runs.asked).toEqual([`retry ${id}`]);
    expect(await rowOf(api.db.sql, id)).toMatchObject({
      amendments: 1,
      earlier: { lines: [[]], payment: [4200] },
      request: { payment_method: 'pm_marker' },
    });
    const { body } = await api.get(`/api/orders/${id}`);
    expect(body).toMatchObject({
      amendments: 1,
      actions: [
        {
          action: 'amend',
          by: 'ann',
          reason: 'the customer called',
          outcome: 'taken',
          failure_code: 'service_error',
          changes: ['/payment_method'],
        },
      ],
    });
    expect(JSON.stringify(body)).not.toContain('pm_marker');
  });

  test('a failed order starts it again as it is now', async () => {
    const id = await api.placeOne({ ...HELD, status: 'failed', failure_code: 'run_closed' });
    await amend(id, { quantity: 1 });
    expect(await claimOrders(api.db.sql, 1, 60)).toMatchObject([
      { order_id: id, amendments: 1, earlier: { lines: [[2]], payment: [4200] }, request: { amount: 2100 } },
    ]);
  });

  test('is taken as plain JSON, too', async () => {
    const id = await api.placeOne(HELD);
    expect(await amend(id, { quantity: 1 }, { 'content-type': 'application/json' })).toMatchObject({ status: 202 });
  });

  test.each(['accepted', 'processing', 'confirmed', 'rejected', 'cancelled'])(
    'an order that is %s is refused with its status, and changes nothing',
    async (status) => {
      const id = await api.placeOne({ status });
      expect(await amend(id, { quantity: 1 })).toMatchObject({
        status: 409,
        body: { code: 'order_not_held', order_status: status },
      });
      expect(await rowOf(api.db.sql, id)).toMatchObject({ amendments: 0, request: { amount: 4200 } });
    },
  );

  test('an order that is being undone is refused', async () => {
    const id = await api.placeOne({ ...HELD, failure_code: 'undo_failed' });
    expect(await amend(id, { quantity: 1 })).toMatchObject({ status: 409, body: { code: 'order_not_amendable' } });
  });

  test.each([uuidv7(), 'no-id'])('%s, which nobody knows, is not found', async (id) => {
    expect(await amend(id, { quantity: 1 })).toMatchObject({ status: 404, body: { code: 'order_not_found' } });
  });

  test.each([
    [{ currency: 'USD' }, '/currency', 'not_amendable'],
    [{ quantity: 3 }, '/quantity', 'too_big'],
    [{ customer: { id: 'c2' } }, '/customer/id', 'not_amendable'],
    [{ payment_method: '' }, '/payment_method', 'too_small'],
    [{}, '', 'nothing_changes'],
  ])('with %j is refused with what is wrong', async (patch, pointer, code) => {
    const id = await api.placeOne(HELD);
    const { status, body } = await amend(id, patch);
    expect([status, body.code, body.errors[0].pointer, body.errors[0].code]).toEqual([
      400,
      'invalid_amendment',
      pointer,
      code,
    ]);
    expect(api.runs.asked).toEqual([]);
  });

  test.each([{}, { reason: 'the bank is back' }, { payment_method: 'pm_b' }])(
    'with %j, which changes nothing, is no retry of an order that was amended when it was held before',
    async (patch) => {
      const id = await api.placeOne(HELD);
      await amend(id, { payment_method: 'pm_b' });
      await set(api.db.sql, id, { ...HELD, failed_at: new Date(Date.now() + 1000) });
      api.runs.reset();
      expect(await amend(id, patch)).toMatchObject({
        status: 400,
        body: { code: 'invalid_amendment', errors: [{ pointer: '', code: 'nothing_changes' }] },
      });
      expect(api.runs.asked).toEqual([]);
      expect((await api.get(`/api/actions?order_id=${id}`)).body.actions).toHaveLength(1);
    },
  );

  test('is refused under a media type that says nothing of it', async () => {
    const id = await api.placeOne(HELD);
    expect(await amend(id, { quantity: 1 }, { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
  });

  test('twice at once has one winner, and tells the other whose decision was first', async () => {
    const id = await api.placeOne(HELD);
    api.runs.answer = async (): Promise<Asked> => {
      await set(api.db.sql, id, { status: 'processing' });
      return 'taken';
    };
    const answers = await Promise.all([
      amend(id, { payment_method: 'pm_a' }, { 'X-Client-Id': 'ann' }),
      amend(id, { payment_method: 'pm_b' }, { 'X-Client-Id': 'bob' }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409]);
    const lost = answers.find(({ status }) => status === 409);
    expect(lost?.body).toMatchObject({ code: 'order_not_held', order_status: 'processing' });
    const row = await rowOf(api.db.sql, id);
    expect([row.amendments, row.request.payment_method]).toEqual([1, answers[0]?.status === 202 ? 'pm_a' : 'pm_b']);
  });

  test('again before the run has written down that it goes on is told the same', async () => {
    const id = await api.placeOne(HELD);
    expect((await amend(id, { payment_method: 'pm_a' })).status).toBe(202);
    expect(await amend(id, { payment_method: 'pm_b' }, { 'X-Client-Id': 'bob' })).toMatchObject({
      status: 409,
      body: { code: 'order_not_held', order_status: 'processing', decided: { action: 'amend', by: 'ann' } },
    });
    expect((await rowOf(api.db.sql, id)).request.payment_method).toBe('pm_a');
  });

  test('in the same way, since the answer was lost, is told that it was taken', async () => {
    const id = await api.placeOne(HELD);
    await amend(id, { payment_method: 'pm_a' });
    await set(api.db.sql, id, { status: 'processing', failed_at: null });
    expect(await amend(id, { payment_method: 'pm_a' })).toMatchObject({
      status: 409,
      body: { code: 'order_not_held', decided: { action: 'amend', by: 'ann' } },
    });
  });

  test('while Temporal is away keeps the change, and asked for again lets it go on', async () => {
    const id = await api.placeOne(HELD);
    api.runs.isAway = true;
    expect(await amend(id, { quantity: 1 })).toMatchObject({ status: 503, body: { code: 'temporal_unavailable' } });
    expect((await api.get(`/api/actions?order_id=${id}`)).body.actions).toMatchObject([{ outcome: 'unknown' }]);
    api.runs.isAway = false;
    expect(await amend(id, { quantity: 1 })).toMatchObject({ status: 202 });
    expect((await rowOf(api.db.sql, id)).amendments).toBe(1);
  });

  test('with nothing is no way to ask again', async () => {
    const id = await api.placeOne(HELD);
    api.runs.isAway = true;
    await amend(id, { quantity: 1 });
    api.runs.isAway = false;
    expect(await amend(id, {})).toMatchObject({ status: 400, body: { errors: [{ code: 'nothing_changes' }] } });
    expect(await amend(id, { quantity: 1 })).toMatchObject({ status: 202 });
  });
});

test('a decision that comes second is told whose was first', async () => {
  const id = await api.placeOne(HELD);
  const retry = (by: string) => api.ask('POST', `/api/orders/${id}/retry`, { 'X-Client-Id': by });
  expect((await retry('ann')).status).toBe(202);
  api.runs.answer = () => 'refused'; // the run was let go on, and has not written it down yet
  expect(await retry('bob')).toMatchObject({
    status: 409,
    body: { order_status: 'processing', decided: { action: 'retry', by: 'ann', at: expect.any(String) } },
  });
});

describe('a reason', () => {
  test('is kept with the decision', async () => {
    const id = await api.placeOne();
    await api.ask(
      'POST',
      `/api/orders/${id}/cancel`,
      { 'content-type': 'application/json' },
      '{"reason":"changed their mind"}',
    );
    expect((await api.get(`/api/orders/${id}`)).body.actions).toMatchObject([
      { action: 'cancel', by: 'anonymous', reason: 'changed their mind', outcome: 'taken' },
    ]);
  });

  test.each(['{"reason":""}', '{"why":"x"}', '[]'])('like %s is refused, and nothing is decided', async (body) => {
    const id = await api.placeOne();
    const answer = await api.ask('POST', `/api/orders/${id}/cancel`, { 'content-type': 'application/json' }, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_parameter']);
    expect((await rowOf(api.db.sql, id)).status).toBe('accepted');
  });
});
