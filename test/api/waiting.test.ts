import { findOrder } from '../../src/store/find-orders.ts';
import { set } from '../store/orders-database.ts';
import { anOrderBody } from '../support/orders.ts';
import { until } from '../support/until.ts';
import { type Api, rowsIn, startApi } from './running-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(() => api.db.empty());
afterAll(() => api.close());

const ask = (preference: string, key?: string, signal: AbortSignal | null = null) =>
  fetch(`${api.url}/api/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', Prefer: preference, ...(key && { 'Idempotency-Key': key }) },
    body: JSON.stringify(anOrderBody()),
    signal,
  });
const theOrder = () =>
  until(async () => {
    const [row] = await api.db.sql`SELECT order_id FROM orders`;
    return row?.order_id as string | undefined;
  });

describe('waiting for an order', () => {
  test.each(['wait=-1', 'wait=1.5', 'wait=1s', 'wait=0x1', 'wait=1 2', 'wait=', 'wait=""'])(
    'is not what a malformed "%s" asks for',
    async (preference) => {
      const response = await ask(preference);
      expect([response.status, response.headers.get('preference-applied')]).toEqual([201, null]);
      expect(await response.json()).toEqual({ order_id: expect.any(String), status: 'accepted' });
    },
  );

  test('ends at once for all who wait for the same one', async () => {
    const answers = [1, 2, 3].map(() => ask('wait=20', 'k'));
    await set(api.db.sql, await theOrder(), { status: 'confirmed', settled_at: new Date() });
    const shown = await Promise.all(answers.map(async (answer) => (await answer).json()));
    expect(shown).toMatchObject([1, 2, 3].map(() => ({ status: 'confirmed', settled_at: expect.any(String) })));
    expect(await rowsIn(api.db)).toBe(1);
  });

  test('does not end with an order that is held: an operator may take days', async () => {
    const answer = ask('wait=3');
    await set(api.db.sql, await theOrder(), { status: 'held', failure_code: 'service_timeout', failure_detail: 'x' });
    expect(await (await answer).json()).toMatchObject({ status: 'held', failure: { code: 'service_timeout' } });
  });

  test('costs the order nothing where the caller hangs up', async () => {
    const hangUp = new AbortController();
    const answer = ask('wait=20', 'k', hangUp.signal);
    const orderId = await theOrder();
    hangUp.abort();
    await expect(answer).rejects.toThrow();
    expect(await findOrder(api.db.sql, orderId)).toMatchObject({ status: 'accepted' });
    expect(await (await ask('wait=0', 'k')).json()).toMatchObject({ order_id: orderId });
  });

  test('goes on over a short absence of the database', async () => {
    const answer = ask('wait=20');
    const orderId = await theOrder();
    await api.way.cut();
    await api.way.restore();
    await set(api.db.sql, orderId, { status: 'confirmed', settled_at: new Date() });
    expect(await (await answer).json()).toMatchObject({ order_id: orderId, status: 'confirmed' });
  });

  test('for an order that is stored is never answered as if it were not, even with the database gone', async () => {
    const answer = ask('wait=1');
    const orderId = await theOrder();
    await api.way.cut();
    const response = await answer;
    await api.way.restore();
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ order_id: orderId, status: 'accepted' });
  });
});
