import { recordStatuses } from '../../src/store/record-status.ts';
import { anOrderBody } from '../support/orders.ts';
import { until } from '../support/until.ts';
import { type Api, rowsIn, startApi } from './running-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(() => api.db.empty());
afterAll(() => api.close());

const waitFor = (preference: string) => api.place(anOrderBody(), { Prefer: preference });
/** Settles every order that is there, as a run would. */
const settle = async (status: 'confirmed' | 'rejected' = 'confirmed') => {
  const rows = await api.db.sql`SELECT order_id FROM orders`;
  const failure = status === 'rejected' ? ({ code: 'card_declined', step: 'pay', detail: '402' } as const) : null;
  await recordStatuses(
    api.db.sql,
    rows.map(({ order_id }) => ({ orderId: order_id, status, steps: null, failure })),
  );
};
const seconds = async (work: () => Promise<unknown>) => {
  const before = performance.now();
  await work();
  return (performance.now() - before) / 1000;
};

describe('Prefer: wait', () => {
  test('answers with the outcome as soon as the order has settled', async () => {
    const took = await seconds(async () => {
      const answer = waitFor('wait=20');
      await until(async () => (await rowsIn(api.db)) === 1);
      await settle('rejected');
      const { status, headers, body } = await answer;
      expect([status, body.status, body.failure.code]).toEqual([201, 'rejected', 'card_declined']);
      expect(headers.get('preference-applied')).toBe('wait=20');
      expect(headers.get('location')).toBe(`/api/orders/${body.order_id}`);
    });
    expect(took).toBeLessThan(5);
  });

  test('answers with the present status when the time is over', async () => {
    const took = await seconds(async () => {
      const { status, headers, body } = await waitFor('wait=1');
      expect([status, body.status, headers.get('preference-applied')]).toEqual([201, 'accepted', 'wait=1']);
    });
    expect(took).toBeGreaterThan(0.95);
    expect(took).toBeLessThan(2);
  });

  test('waits a minute at most, and says so', async () => {
    const answer = waitFor('wait=3600');
    await until(async () => (await rowsIn(api.db)) === 1);
    await settle();
    expect((await answer).headers.get('preference-applied')).toBe('wait=60');
  });

  test('lets a hundred wait for an order each', async () => {
    const answers = Array.from({ length: 100 }, () => waitFor('wait=20'));
    await until(async () => (await rowsIn(api.db)) === 100);
    await settle();
    const statuses = (await Promise.all(answers)).map(({ body }) => body.status);
    expect(new Set(statuses)).toEqual(new Set(['confirmed']));
  });

  test.each(['respond-async, wait=0', 'wait=0;foo', 'Wait = 0', 'wait="0"'])(
    'is understood as "%s"',
    async (header) => {
      expect((await waitFor(header)).headers.get('preference-applied')).toBe('wait=0');
    },
  );

  test.each(['wait', 'wait=soon', 'await=5', 'respond-async'])('is not what "%s" asks for', async (header) => {
    const response = await fetch(`${api.url}/api/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', Prefer: header },
      body: JSON.stringify(anOrderBody()),
    });
    expect([response.status, response.headers.get('preference-applied')]).toEqual([201, null]);
    expect(Object.keys((await response.json()) as object)).toEqual(['order_id', 'status']);
  });

  test('of a repeated key waits for the first order', async () => {
    const headers = { 'Idempotency-Key': 'k' };
    const { body } = await api.place(anOrderBody(), headers);
    await settle();
    const again = await api.place(anOrderBody(), { ...headers, Prefer: 'wait=20' });
    expect(again.body).toMatchObject({ order_id: body.order_id, status: 'confirmed' });
  });
});
