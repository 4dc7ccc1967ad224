import { v7 as uuidv7 } from 'uuid';
import type { Asked } from '../../src/decisions/order-runs.ts';
import { claimOrders, markDispatched, releaseOrders } from '../../src/store/claim-orders.ts';
import { redispatch } from '../../src/store/reconcile-orders.ts';
import { recordStatuses } from '../../src/store/record-status.ts';
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

const cancel = (id: string, headers = {}) => api.ask('POST', `/api/orders/${id}/cancel`, headers);
const retry = (id: string) => api.ask('POST', `/api/orders/${id}/retry`);
const underWay = async () => {
  const id = await api.placeOne();
  await markDispatched(api.db.sql, [id], 60);
  return id;
};

describe('cancelling', () => {
  test('an order that no relay has taken needs no run: it is cancelled at once', async () => {
    const id = await api.placeOne();
    expect(await cancel(id)).toMatchObject({ status: 202, body: { order_id: id, status: 'cancelled' } });
    expect(api.runs.asked).toEqual([]);
    expect((await rowOf(api.db.sql, id)).settled_at).toEqual(expect.any(Date));
  });

  test('an order under way asks its run, and answers with the status it then has', async () => {
    const id = await underWay();
    api.runs.answer = async (): Promise<Asked> => {
      await set(api.db.sql, id, { status: 'cancelled' });
      return 'taken';
    };
    expect(await cancel(id)).toMatchObject({ status: 202, body: { order_id: id, status: 'cancelled' } });
    expect(api.runs.asked).toEqual([`cancel ${id}`]);
  });

  test('again is as good as once', async () => {
    const id = await api.placeOne({ status: 'cancelled' });
    expect(await cancel(id)).toMatchObject({ status: 202, body: { status: 'cancelled' } });
    expect(api.runs.asked).toEqual([]);
  });

  test.each(['confirmed', 'rejected'])('an order that is %s is too late', async (status) => {
    const id = await api.placeOne({ status });
    expect(await cancel(id)).toMatchObject({
      status: 409,
      body: { code: 'order_not_cancellable', order_status: status },
    });
  });

  test('an order that is being undone already is too late', async () => {
    const id = await underWay();
    api.runs.answer = () => 'refused';
    expect(await cancel(id)).toMatchObject({ status: 409, body: { order_status: 'processing' } });
  });

  test('an order that is being confirmed is barred from it, and no later confirmation counts', async () => {
    const id = await underWay();
    api.runs.answer = () => 'confirming';
    expect(await cancel(id)).toMatchObject({ status: 202, body: { status: 'processing' } });
    await recordStatuses(api.db.sql, [{ orderId: id, status: 'confirmed', steps: null, failure: null }]);
    expect((await rowOf(api.db.sql, id)).status).toBe('processing');
  });

  test.each(['confirmed', 'rejected'])('an order that is %s since it was looked up is too late', async (status) => {
    const id = await underWay();
    api.runs.answer = async (): Promise<Asked> => {
      await set(api.db.sql, id, { status });
      return 'taken';
    };
    expect(await cancel(id)).toMatchObject({ status: 409, body: { order_status: status } });
  });

  test.each(['taken', 'confirming', 'refused', 'no_run'] as const)(
    'bars the order before its run is asked, whatever that answers: %s',
    async (asked) => {
      const id = await underWay();
      let wasBarred = false;
      api.runs.answer = async (): Promise<Asked> => {
        wasBarred ||= (await rowOf(api.db.sql, id)).cancel_asked;
        return asked;
      };
      await cancel(id);
      expect(wasBarred).toBe(true);
    },
  );

  test('that got no answer is known when the order is started again', async () => {
    const id = await underWay();
    api.runs.isAway = true;
    expect(await cancel(id)).toMatchObject({ status: 503 });
    await redispatch(api.db.sql, id, ['processing']);
    expect(await claimOrders(api.db.sql, 1, 60)).toMatchObject([{ order_id: id, isCancelled: true }]);
  });

  test('an order that settled while its run was asked says how it ended', async () => {
    const id = await underWay();
    api.runs.answer = async (): Promise<Asked> => {
      await set(api.db.sql, id, { status: 'confirmed' });
      return 'no_run';
    };
    expect(await cancel(id)).toMatchObject({ status: 409, body: { order_status: 'confirmed' } });
  });

  test('an order whose run is about to start waits for it', async () => {
    const id = await api.placeOne();
    await claimOrders(api.db.sql, 1, 60);
    api.runs.answer = () => (api.runs.asked.length < 3 ? 'no_run' : 'taken');
    expect(await cancel(id)).toMatchObject({ status: 202 });
    expect(api.runs.asked).toHaveLength(3);
  });

  test('an order whose run could not be started needs none', async () => {
    const id = await api.placeOne();
    await claimOrders(api.db.sql, 1, 60);
    api.runs.answer = async (): Promise<Asked> => {
      await releaseOrders(api.db.sql, [id], 0);
      return 'no_run';
    };
    expect(await cancel(id)).toMatchObject({ status: 202, body: { status: 'cancelled' } });
  });

  test('an order whose run does not come asks to come back', async () => {
    const id = await api.placeOne();
    await claimOrders(api.db.sql, 1, 60);
    api.runs.answer = () => 'no_run';
    const { status, headers, body } = await cancel(id);
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'temporal_unavailable', '2']);
    expect((await rowOf(api.db.sql, id)).status).toBe('accepted');
  });

  test('an order that was started once asks its run, even where it is accepted again', async () => {
    const id = await api.placeOne();
    await claimOrders(api.db.sql, 1, 60);
    await markDispatched(api.db.sql, [id], 60);
    await redispatch(api.db.sql, id, ['processing']);
    expect(await cancel(id)).toMatchObject({ status: 202, body: { status: 'accepted' } });
    expect(api.runs.asked).toEqual([`cancel ${id}`]);
  });

  test('a held order asks its run, which answers to nobody else', async () => {
    const id = await api.placeOne({ status: 'held' });
    expect(await cancel(id)).toMatchObject({ status: 202, body: { order_id: id, status: 'held' } });
    expect(api.runs.asked).toEqual([`cancel ${id}`]);
  });

  test('an order whose run failed starts one that only undoes', async () => {
    const id = await api.placeOne({ status: 'failed' });
    expect(await cancel(id)).toMatchObject({ status: 202, body: { status: 'accepted' } });
    expect(api.runs.asked).toEqual([]);
    expect(await claimOrders(api.db.sql, 1, 60)).toMatchObject([{ order_id: id, isCancelled: true }]);
  });

  test('a held order whose run is gone starts one that only undoes', async () => {
    const id = await api.placeOne({ status: 'held' });
    api.runs.answer = () => 'no_run';
    expect(await cancel(id)).toMatchObject({ status: 202, body: { status: 'accepted' } });
    expect(await claimOrders(api.db.sql, 1, 60)).toMatchObject([{ order_id: id, isCancelled: true }]);
  });

  test('an order that is cancelled by somebody else meanwhile has been taken', async () => {
    const id = await api.placeOne({ status: 'processing' });
    api.runs.answer = async (): Promise<Asked> => {
      await set(api.db.sql, id, { status: 'cancelled' });
      return 'no_run';
    };
    expect(await cancel(id)).toMatchObject({ status: 202, body: { status: 'cancelled' } });
  });

  test('an order in the backlog needs no Temporal', async () => {
    const id = await api.placeOne();
    api.runs.isAway = true;
    expect(await cancel(id)).toMatchObject({ status: 202, body: { status: 'cancelled' } });
  });

  test('twenty times at once is one cancellation, and each is told so', async () => {
    const id = await api.placeOne();
    const answers = await Promise.all(Array.from({ length: 20 }, () => cancel(id)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.status}`))).toEqual(new Set(['202 cancelled']));
  });

  test('an order that a relay took in that moment does not cancel it behind the relay’s back', async () => {
    const id = await api.placeOne();
    await claimOrders(api.db.sql, 1, 60);
    expect(await cancel(id)).toMatchObject({ status: 202 });
    expect([api.runs.asked, (await rowOf(api.db.sql, id)).status]).toEqual([[`cancel ${id}`], 'accepted']);
  });
});

describe('retrying', () => {
  test('a held order asks its run to go on', async () => {
    const id = await api.placeOne({ status: 'held' });
    expect(await retry(id)).toMatchObject({ status: 202, body: { order_id: id } });
    expect(api.runs.asked).toEqual([`retry ${id}`]);
  });

  test.each(['accepted', 'processing', 'confirmed', 'rejected', 'cancelled'])(
    'an order that is %s is refused',
    async (status) => {
      const id = await api.placeOne({ status });
      expect(await retry(id)).toMatchObject({ status: 409, body: { code: 'order_not_held', order_status: status } });
      expect(api.runs.asked).toEqual([]);
    },
  );

  test('an order that somebody else has let go on meanwhile is refused', async () => {
    const id = await api.placeOne({ status: 'held' });
    api.runs.answer = async (): Promise<Asked> => {
      await set(api.db.sql, id, { status: 'processing' });
      return 'refused';
    };
    expect(await retry(id)).toMatchObject({ status: 409, body: { order_status: 'processing' } });
  });

  test('a held order whose run is gone starts it again', async () => {
    const id = await api.placeOne({ status: 'held' });
    api.runs.answer = () => 'no_run';
    expect(await retry(id)).toMatchObject({ status: 202, body: { status: 'accepted' } });
    expect(await claimOrders(api.db.sql, 1, 60)).toMatchObject([{ order_id: id }]);
  });

  test('an order whose run failed starts another', async () => {
    const id = await api.placeOne({ status: 'failed' });
    expect(await retry(id)).toMatchObject({ status: 202, body: { status: 'accepted' } });
  });

  test('an order whose run failed needs no Temporal', async () => {
    const id = await api.placeOne({ status: 'failed' });
    api.runs.isAway = true;
    expect(await retry(id)).toMatchObject({ status: 202, body: { status: 'accepted' } });
    expect(api.runs.asked).toEqual([]);
  });

  test('a failed order ten times at once starts it once; who is late is told what it is', async () => {
    const id = await api.placeOne({ status: 'failed' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => retry(id)));
    for (const { status, body } of answers)
      expect([202, 409].includes(status) && (body.order_status ?? body.status)).toBe('accepted');
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(await claimOrders(api.db.sql, 10, 60)).toHaveLength(1);
  });

  test('an order that settled while its run was asked does not start it again', async () => {
    const id = await api.placeOne({ status: 'held' });
    api.runs.answer = async (): Promise<Asked> => {
      await set(api.db.sql, id, { status: 'cancelled' });
      return 'no_run';
    };
    expect(await retry(id)).toMatchObject({ status: 409, body: { order_status: 'cancelled' } });
    expect((await rowOf(api.db.sql, id)).status).toBe('cancelled');
  });
});

describe.each([
  ['cancel', cancel],
  ['retry', retry],
])('%s', (_, act) => {
  test.each([uuidv7(), 'no-id'])('of %s is not found', async (id) => {
    expect(await act(id)).toMatchObject({ status: 404, body: { code: 'order_not_found' } });
  });

  test('while Temporal is away changes nothing and asks to come back', async () => {
    const id = await api.placeOne({ status: 'held' });
    api.runs.isAway = true;
    const { status, headers } = await act(id);
    expect([status, headers.get('retry-after')]).toEqual([503, '2']);
    expect((await rowOf(api.db.sql, id)).status).toBe('held');
  });
});

test('a decision of a client whose name does not fit is refused before anything is done', async () => {
  const id = await api.placeOne();
  expect(await cancel(id, { 'X-Client-Id': 'a b' })).toMatchObject({
    status: 400,
    body: { code: 'invalid_parameter', errors: [{ pointer: '/X-Client-Id', code: 'invalid_format' }] },
  });
  expect((await rowOf(api.db.sql, id)).status).toBe('accepted');
});

test('a refused decision is explained in the caller’s language', async () => {
  const id = await api.placeOne({ status: 'confirmed' });
  const { body } = await cancel(id, { 'Accept-Language': 'zh-CN' });
  expect([body.code, body.detail]).toEqual(['order_not_cancellable', '订单已无法取消，当前状态为 “confirmed”。']);
});
