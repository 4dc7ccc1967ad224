import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AcceptedNotice } from '../../src/store/accepted-notice.ts';
import type { Sql } from '../../src/store/connect.ts';
import { insertOrders } from '../../src/store/insert-orders.ts';
import { newOrders } from '../support/orders.ts';
import { until } from '../support/until.ts';
import { type OrdersDatabase, openOrdersDatabase } from './orders-database.ts';

let db: OrdersDatabase;
let heard: string[] = [];
let unlisten: () => Promise<void>;
beforeAll(async () => {
  db = await openOrdersDatabase();
  ({ unlisten } = await db.sql.listen('orders_accepted', (payload) => heard.push(payload)));
});
beforeEach(async () => {
  await notices();
  heard = [];
  await db.empty();
});
afterAll(async () => {
  await unlisten();
  await db.close();
});

/** How many were heard, once all that is on its way has come: a notice waits a few milliseconds for others, and arrives in the order of commits. */
async function notices(): Promise<number> {
  await pause(50);
  const last = randomUUID();
  await db.sql.notify('orders_accepted', last);
  await until(() => heard.includes(last));
  return heard.filter((payload) => payload === '').length;
}

/** A database that refuses the statements that begin like this, once it is told to. */
function failing(what: RegExp): { sql: Sql; isAway: boolean } {
  const state = {
    isAway: true,
    sql: new Proxy(db.sql, {
      apply: (target, self, args) =>
        state.isAway && what.test(String(args[0]))
          ? Promise.reject(new Error('the connection is gone'))
          : Reflect.apply(target, self, args),
    }),
  };
  return state;
}

describe('storing orders and waking the relays', () => {
  test('a group that is alone wakes them with its own transaction, once', async () => {
    await new AcceptedNotice(db.sql).store(newOrders(3), true);
    expect(await notices()).toBe(1);
  });

  test('groups beside others do not notify in their transactions', async () => {
    await Promise.all(Array.from({ length: 40 }, () => insertOrders(db.sql, newOrders(1), { wakes: false })));
    expect(await notices()).toBe(0);
  });

  test('one notice for several of them follows', async () => {
    const notice = new AcceptedNotice(db.sql);
    await Promise.all(Array.from({ length: 40 }, () => notice.store(newOrders(1), false)));
    const count = await notices();
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(40);
  });

  test('what is stored later is told by another', async () => {
    const notice = new AcceptedNotice(db.sql);
    await notice.store(newOrders(1), false);
    expect(await notices()).toBe(1);
    await notice.store(newOrders(1), false);
    expect(await notices()).toBe(2);
  });

  test('a group of which it is not known whether it is stored is told of too', async () => {
    const { sql } = failing(/INSERT INTO orders/);
    await expect(new AcceptedNotice(sql).store(newOrders(1), false)).rejects.toThrow('the connection is gone');
    expect(await notices()).toBe(1);
  });

  test('a notice that can not be sent fails no order, and the next one is tried', async () => {
    const state = failing(/^SELECT pg_notify/);
    const notice = new AcceptedNotice(state.sql);
    expect(await notice.store(newOrders(1), false)).toHaveLength(1);
    expect(await notices()).toBe(0);
    state.isAway = false;
    await notice.store(newOrders(1), false);
    expect(await notices()).toBe(1);
  });
});
