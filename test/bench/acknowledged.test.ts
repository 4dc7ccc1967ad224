import { writeFileSync } from 'node:fs';
import type { saturate } from '../../bench/load/wrk.ts';
import type { Database } from '../../bench/machine/database.ts';
import { Acknowledged } from '../../bench/parts/acknowledged.ts';

const id = (n: number) => `01a20ae7-7451-75ec-820e-${String(n).padStart(12, '0')}`;

/** In place of wrk: got an answer of 201 for each of these, and leaves them where it is told to. */
const got =
  (...ids: string[]) =>
  async (_url: string, { idsTo }: Parameters<typeof saturate>[1]) => {
    writeFileSync(idsTo as string, ids.map((each) => `${each}\n`).join(''));
    return { accepted: ids.length } as Awaited<ReturnType<typeof saturate>>;
  };

const storing = (...stored: string[]) =>
  ({ countOrders: async (ids: string[]) => stored.filter((each) => ids.includes(each)).length }) as Database;

/** @returns what is found of what the load got, having run so often */
async function lookUp(load: typeof saturate, database: Database, times = 1) {
  using orders = new Acknowledged(load);
  for (let time = 0; time < times; time++) await orders.saturate('http://127.0.0.1:1', { seconds: 1, connections: 1 });
  return orders.lookUp(database);
}

test('an order that was answered 201 and is not there is lost, however many others are there', async () => {
  const found = await lookUp(got(id(1), id(2), id(3)), storing(id(1), id(3), id(4), id(5)));
  expect(found).toEqual({ acknowledged: 3, lookedUp: 3, lost: 1 });
});

test('an id that two clients were told is an order lost, in whichever load they got it', async () => {
  expect(await lookUp(got(id(1), id(2)), storing(id(1), id(2)), 2)).toEqual({ acknowledged: 4, lookedUp: 4, lost: 2 });
});

test('an answer without an id is an order lost', async () => {
  const load = got(id(1), 'an answer without an id');
  expect(await lookUp(load, storing(id(1)))).toEqual({ acknowledged: 2, lookedUp: 2, lost: 1 });
});

test('a load that took nothing leaves nothing to look up', async () => {
  expect(await lookUp(got(), storing())).toEqual({ acknowledged: 0, lookedUp: 0, lost: 0 });
});
