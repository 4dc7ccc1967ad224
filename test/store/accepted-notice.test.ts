import { AcceptedNotice } from '../../src/store/accepted-notice.ts';
import { insertOrders, type NewOrder } from '../../src/store/insert-orders.ts';
import { newOrders } from '../support/orders.ts';
import { until } from '../support/until.ts';
import { type OrdersDatabase, openOrdersDatabase } from './orders-database.ts';

let db: OrdersDatabase;
let notices = 0;
let unlisten: () => Promise<void>;
beforeAll(async () => {
  db = await openOrdersDatabase();
  ({ unlisten } = await db.sql.listen('orders_accepted', () => {
    notices += 1;
  }));
});
beforeEach(async () => {
  notices = 0;
  await db.empty();
});
afterAll(async () => {
  await unlisten();
  await db.close();
});

describe('storing orders and waking the relays', () => {
  test('a group that is alone wakes them with its own transaction, once', async () => {
    const notice = new AcceptedNotice(db.sql);
    expect(await notice.store(newOrders(3), true)).toHaveLength(3);
    await until(() => notices === 1);
  });

  test('groups beside others notify not in their transactions, and one notice for several follows', async () => {
    await Promise.all(Array.from({ length: 40 }, () => insertOrders(db.sql, newOrders(1), { wakes: false })));
    await db.sql.notify('orders_accepted', 'the last one');
    await until(() => notices > 0);
    expect(notices).toBe(1);

    const notice = new AcceptedNotice(db.sql);
    await Promise.all(Array.from({ length: 40 }, () => notice.store(newOrders(1), false)));
    await until(() => notices > 1);
    expect(notices).toBeLessThan(40);
  });

  test('orders of which it is not known whether they are stored are told of too', async () => {
    const notice = new AcceptedNotice(db.sql);
    const [order] = newOrders(1) as [NewOrder];
    const unstorable = { ...order, traceparent: null as unknown as string };
    expect(await notice.store([...newOrders(1), unstorable], false)).toContainEqual({ outcome: 'unstorable' });
    await until(() => notices > 0);
  });

  test('what is stored while a notice is on its way is told by another', async () => {
    const notice = new AcceptedNotice(db.sql);
    await notice.store(newOrders(1), false);
    await notice.store(newOrders(1), false);
    await until(() => notices >= 1);
    const told = notices;
    await notice.store(newOrders(1), false);
    await until(() => notices > told);
  });

  test('a notice that can not be sent fails no order, and the next one is tried', async () => {
    let isAway = true;
    const sql = new Proxy(db.sql, {
      apply: (target, self, args) =>
        isAway && String(args[0]).startsWith('SELECT pg_notify')
          ? Promise.reject(new Error('the connection is gone'))
          : Reflect.apply(target, self, args),
    });
    const notice = new AcceptedNotice(sql);
    expect(await notice.store(newOrders(1), false)).toHaveLength(1);
    isAway = false;
    await notice.store(newOrders(1), false);
    await until(() => notices > 0);
  });
});
