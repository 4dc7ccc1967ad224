import { findOrder } from '../../src/store/find-orders.ts';
import { type Insertion, insertOrders, type NewOrder } from '../../src/store/insert-orders.ts';
import { aKeyedOrder, aNewOrder, anOrderRequest, newOrders } from '../support/orders.ts';
import { type OrdersDatabase, openOrdersDatabase } from './orders-database.ts';

let db: OrdersDatabase;
beforeAll(async () => {
  db = await openOrdersDatabase();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

const insert = (...orders: NewOrder[]): Promise<Insertion[]> => insertOrders(db.sql, orders);
const count = async () => (await db.sql`SELECT count(*)::int AS n FROM orders`)[0]?.n;
const inserted = ({ orderId }: NewOrder) => ({ outcome: 'inserted', orderId });
const repeatOf = ({ orderId }: NewOrder) => ({ outcome: 'repeated', orderId });

describe('inserting a group', () => {
  test('answers for each order in its place, and stores each as it is', async () => {
    const orders = newOrders(3);
    const [first = aNewOrder()] = orders;
    expect(await insert(...orders)).toEqual(orders.map(inserted));
    expect(await findOrder(db.sql, first.orderId)).toMatchObject({
      order_id: first.orderId,
      client_id: 'shop',
      status: 'accepted',
      request: first.request,
      steps: null,
      dispatched_at: null,
      settled_at: null,
    });
  });

  test('keeps texts that mean something to PostgreSQL', async () => {
    const texts = ['NULL', '{}', '{a,b}', '"', '\\', "';--", 'a,b', '\\u0000', '🎁', '中文'];
    const orders = texts.map((text) =>
      aKeyedOrder(text, { clientId: text, request: anOrderRequest({ metadata: { [text]: text } }) }),
    );
    expect(await insert(...orders)).toEqual(orders.map(inserted));
    for (const { orderId, clientId, request } of orders) {
      expect(await findOrder(db.sql, orderId)).toMatchObject({ client_id: clientId, request });
    }
    expect(await insert(...texts.map((text) => aKeyedOrder(text, { clientId: text })))).toEqual(orders.map(repeatOf));
  });

  test('stores orders without a key as often as they come', async () => {
    await insert(...newOrders(2));
    await insert(...newOrders(2));
    expect(await count()).toBe(4);
  });

  test('wakes whoever listens, at commit', async () => {
    const woken = Promise.withResolvers<void>();
    const { unlisten } = await db.sql.listen('orders_accepted', () => woken.resolve());
    await insert(aNewOrder());
    await woken.promise;
    await unlisten();
  });
});

describe('an idempotency key', () => {
  test('that is repeated in one group answers with the first order’s id', async () => {
    const first = aKeyedOrder('k');
    expect(await insert(first, aKeyedOrder('k'), aKeyedOrder('k'))).toEqual([
      inserted(first),
      repeatOf(first),
      repeatOf(first),
    ]);
    expect(await count()).toBe(1);
  });

  test('that is repeated later answers with the first order’s id', async () => {
    const first = aKeyedOrder('k');
    await insert(first);
    const another = aNewOrder();
    expect(await insert(another, aKeyedOrder('k'))).toEqual([inserted(another), repeatOf(first)]);
  });

  test('that comes with another order is refused, and changes nothing', async () => {
    const first = aKeyedOrder('k');
    await insert(first);
    expect(await insert(aKeyedOrder('k', { fingerprint: 'another' }))).toEqual([{ outcome: 'key_reused' }]);
    expect(await insert(aKeyedOrder('k'))).toEqual([repeatOf(first)]);
  });

  test('belongs to a client: another one’s is another key', async () => {
    const orders = [aKeyedOrder('k', { clientId: 'a' }), aKeyedOrder('k', { clientId: 'b' })];
    expect(await insert(...orders)).toEqual(orders.map(inserted));
  });

  test('is one order however many groups with it are under way, in whatever order they hold their keys', async () => {
    const keys = Array.from({ length: 40 }, (_, n) => `k${n}`);
    const groups = Array.from({ length: 20 }, (_, n) =>
      (n % 2 ? keys : keys.toReversed()).map((key) => aKeyedOrder(key)),
    );
    const answers = await Promise.all(groups.map((group) => insert(...group)));
    expect(await count()).toBe(keys.length);
    const ids = new Map<string | undefined, Set<unknown>>();
    for (const [index, group] of groups.entries()) {
      for (const [place, { idempotency }] of group.entries()) {
        const answer = answers[index]?.[place];
        ids.set(
          idempotency?.key,
          (ids.get(idempotency?.key) ?? new Set()).add(answer && 'orderId' in answer && answer.orderId),
        );
      }
    }
    expect([...ids.values()].map((each) => each.size)).toEqual(keys.map(() => 1));
  });
});

describe('a row that PostgreSQL refuses', () => {
  const poisoned = () => aNewOrder({ clientId: 'a\u0000b' });

  test('fails alone: the others of its group are stored', async () => {
    const [before, after] = [aNewOrder(), aNewOrder()];
    expect(await insert(before, poisoned(), after)).toEqual([
      inserted(before),
      { outcome: 'unstorable' },
      inserted(after),
    ]);
    expect(await count()).toBe(2);
  });

  test('does not stop the others from sharing a key', async () => {
    const answers = await insert(aKeyedOrder('k'), poisoned(), aKeyedOrder('k'));
    expect(answers.map(({ outcome }) => outcome).toSorted()).toEqual(['inserted', 'repeated', 'unstorable']);
  });
});

test('a database that is away is not the row’s fault: the whole group fails', async () => {
  const closed = await openOrdersDatabase();
  await closed.close();
  await expect(insertOrders(closed.sql, newOrders(2))).rejects.toThrow();
});
