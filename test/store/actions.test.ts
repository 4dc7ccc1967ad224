import { v7 as uuidv7 } from 'uuid';
import {
  beginActions,
  endActions,
  lastOfGroups,
  lastTaken,
  listActions,
  type NewAction,
} from '../../src/store/actions.ts';
import { type OrdersDatabase, openOrdersDatabase } from './orders-database.ts';

let db: OrdersDatabase;
beforeAll(async () => {
  db = await openOrdersDatabase();
});
afterAll(() => db.close());

const anAction = (changes: Partial<NewAction> = {}): NewAction => ({
  action: 'retry',
  by: 'ann',
  reason: 'the bank is back',
  orderId: uuidv7(),
  failureCode: 'service_error',
  step: 'pay',
  ...changes,
});
const begin = async (action: NewAction): Promise<string> => (await beginActions(db.sql, [action]))[0] as string;

describe('the record', () => {
  test('has a decision from before it is taken, with an outcome that is not known yet', async () => {
    const action = anAction();
    const id = await begin(action);
    expect(await listActions(db.sql, { orderId: action.orderId, limit: 5 })).toMatchObject([
      { action_id: id, action: 'retry', by: 'ann', reason: 'the bank is back', step: 'pay', outcome: 'unknown' },
    ]);
    await endActions(db.sql, [{ actionId: id, outcome: 'refused', code: 'order_not_held' }]);
    expect(await listActions(db.sql, { orderId: action.orderId, limit: 5 })).toMatchObject([
      { outcome: 'refused', code: 'order_not_held' },
    ]);
  });

  test.each([
    ['another outcome', (id: string) => db.sql`UPDATE actions SET outcome = 'refused' WHERE action_id = ${id}`],
    ['another author', (id: string) => db.sql`UPDATE actions SET by_client = 'bob' WHERE action_id = ${id}`],
    ['a gap', (id: string) => db.sql`DELETE FROM actions WHERE action_id = ${id}`],
    ['an end', () => db.sql`TRUNCATE actions`],
  ])('can not be given %s afterwards', async (_, change) => {
    const id = await begin(anAction());
    await endActions(db.sql, [{ actionId: id, outcome: 'taken' }]);
    await expect(change(id)).rejects.toThrow('append-only');
  });

  test('can not be given another author with its outcome', async () => {
    const id = await begin(anAction());
    await expect(
      db.sql`UPDATE actions SET outcome = 'taken', by_client = 'bob' WHERE action_id = ${id}`,
    ).rejects.toThrow('append-only');
  });

  test('keeps the first outcome', async () => {
    const action = anAction();
    const id = await begin(action);
    await endActions(db.sql, [{ actionId: id, outcome: 'taken' }]);
    await endActions(db.sql, [{ actionId: id, outcome: 'refused', code: 'order_not_held' }]);
    expect(await lastTaken(db.sql, action.orderId as string)).toMatchObject({ action_id: id, code: null });
  });

  test('is listed by who, what and where, newest first, in pages', async () => {
    const by = `by-${uuidv7().slice(-8)}`;
    for (let n = 0; n < 5; n += 1) await begin(anAction({ by, action: n % 2 ? 'cancel' : 'retry' }));
    const first = await listActions(db.sql, { by, limit: 3 });
    const rest = await listActions(db.sql, { by, limit: 3, before: first.at(-1)?.action_id });
    expect([first.length, rest.length]).toEqual([3, 2]);
    const ids = [...first, ...rest].map(({ action_id }) => action_id);
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect(await listActions(db.sql, { by, action: 'cancel', limit: 5 })).toHaveLength(2);
  });

  test('tells of each group what was last done about it', async () => {
    await begin(anAction({ failureCode: 'service_timeout', step: 'deduct', by: 'first' }));
    await begin(anAction({ failureCode: 'service_timeout', step: 'deduct', by: 'last' }));
    const last = await lastOfGroups(db.sql, [
      { failure_code: 'run_closed', failure_step: null },
      { failure_code: 'service_timeout', failure_step: 'deduct' },
    ]);
    expect(last).toMatchObject([undefined, { by: 'last' }]);
  });
});
