import { InFlight } from '../../src/relay/in-flight.ts';
import type { Relay } from '../../src/relay/relay.ts';
import type { Way } from '../../src/relay/version-gate.ts';
import { insertOrders } from '../../src/store/insert-orders.ts';
import { type OrdersDatabase, openOrdersDatabase } from '../store/orders-database.ts';
import { newOrders } from '../support/orders.ts';
import { until } from '../support/until.ts';
import { FakeTemporal, startRelay } from './running-relay.ts';

let db: OrdersDatabase;
let relay: Relay | undefined;
beforeAll(async () => {
  db = await openOrdersDatabase();
});
afterEach(async () => {
  await relay?.stop();
  await db.empty();
});
afterAll(() => db.close());

const accept = (count: number) => insertOrders(db.sql, newOrders(count));
const untouched = async () =>
  (await db.sql`SELECT count(*)::int AS n FROM orders WHERE status = 'accepted' AND due_at <= now()`)[0]?.n;

test('a relay whose gate is closed claims nothing, and goes on when it opens', async () => {
  const temporal = new FakeTemporal();
  let way: Way = 'closed';
  let looks = 0;
  await accept(3);
  relay = await startRelay(db.sql, temporal.start, {
    pollMs: 5,
    way: () => {
      looks += 1;
      return way;
    },
  });
  await until(() => looks > 5);
  expect(await untouched()).toBe(3);
  way = 'eager';
  await until(() => temporal.started.length === 3);
});

test('what Temporal deals out is not started eagerly, and makes room for others by itself', async () => {
  const asked: (boolean | undefined)[] = [];
  await accept(4);
  relay = await startRelay(
    db.sql,
    async (_, isEager) => {
      asked.push(isEager);
      return 'queued';
    },
    { way: () => 'queued', inFlight: new InFlight(2) },
  );
  await until(() => asked.length === 4);
  expect(asked).toEqual([false, false, false, false]);
});
