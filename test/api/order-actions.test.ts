import { v7 as uuidv7 } from 'uuid';
import type { Asked } from '../../src/api/order-runs.ts';
import { claimOrders, markDispatched } from '../../src/store/claim-orders.ts';
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

const cancel = (id: string) => api.ask('POST', `/api/orders/${id}/cancel`);
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

  test('an order that is being confirmed is too late', async () => {
    const id = await underWay();
    api.runs.answer = () => 'refused';
    expect(await cancel(id)).toMatchObject({ status: 409, body: { order_status: 'processing' } });
  });

  test('an order that settled while its run was asked says how it ended', async () => {
    const id = await underWay();
    api.runs.answer = async (): Promise<Asked> => {
      await set(api.db.sql, id, { status: 'confirmed' });
      return 'no_run';
    };
    expect(await cancel(id)).toMatchObject({ status: 409, body: { order_status: 'confirmed' } });
  });

  test('an order whose run is about to start asks to come back', async () => {
    const id = await api.placeOne();
    await claimOrders(api.db.sql, 1, 60);
    api.runs.answer = () => 'no_run';
    const { status, headers, body } = await cancel(id);
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'temporal_unavailable', '1']);
    expect((await rowOf(api.db.sql, id)).status).toBe('accepted');
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
