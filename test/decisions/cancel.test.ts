import { type Decision, decide } from '../../src/decisions/decide.ts';
import { type OrderRuns, RunsUnavailable } from '../../src/decisions/order-runs.ts';
import { claimOrders, markDispatched } from '../../src/store/claim-orders.ts';
import { findOrder, findOrderToProcess, type StoredOrder } from '../../src/store/find-orders.ts';
import { insertOrders } from '../../src/store/insert-orders.ts';
import { recordStatuses } from '../../src/store/record-status.ts';
import { type OrdersDatabase, openOrdersDatabase, rowOf } from '../store/orders-database.ts';
import { FakeWorld, type Name } from '../support/fake-world.ts';
import { aNewOrder } from '../support/orders.ts';
import { until } from '../support/until.ts';
import { type OrderHandle, WorkflowHarness } from '../support/workflow-harness.ts';

/** Real runs on a real database, and services that are fake. */
let db: OrdersDatabase;
let harness: WorkflowHarness;
beforeAll(async () => {
  db = await openOrdersDatabase();
  harness = await WorkflowHarness.start();
});
afterAll(async () => {
  await harness.stop();
  await db.close();
});

/** A world whose orders are in the database. */
class StoredWorld extends FakeWorld {
  constructor() {
    super();
    const { recordStatus, readOrder } = this.activities;
    Object.assign(this.activities, {
      recordStatus: async (report: Parameters<typeof recordStatus>[0]) => {
        const receipt = await recordStatus(report);
        return { ...receipt, status: (await recordStatuses(db.sql, [report]))[0]?.status };
      },
      readOrder: async (call: Parameters<typeof readOrder>[0]) => {
        const receipt = await readOrder(call);
        return { ...receipt, order: await findOrderToProcess(db.sql, call.orderId) };
      },
    });
  }
}

async function place(world: StoredWorld): Promise<{ id: string; handle: OrderHandle }> {
  const order = aNewOrder();
  await insertOrders(db.sql, [order]);
  await claimOrders(db.sql, 1, 60);
  await markDispatched(db.sql, [order.orderId], 60);
  return { id: order.orderId, handle: await harness.place(world, { id: order.orderId }) };
}

const cancel = async (id: string, asking: Pick<OrderRuns, 'cancel' | 'retry'> = harness.runs): Promise<Decision> =>
  decide('cancel', (await findOrder(db.sql, id)) as StoredOrder, { sql: db.sql, runs: asking });

const away = {
  cancel: () => Promise.reject(new RunsUnavailable('Temporal is away')),
  retry: () => Promise.reject(new RunsUnavailable('Temporal is away')),
};

const isDecided = ({ cancel_asked, status }: Record<string, unknown>) => cancel_asked || status === 'confirmed';

const statusOf = async (id: string) => (await rowOf(db.sql, id)).status;

describe('a cancellation', () => {
  test('is refused where the database says confirmed, though the run, done again from before that, would take it', async () => {
    const world = new StoredWorld();
    world.fail('takePayment', 'service_unreachable', { afterwards: true });
    const { id, handle } = await place(world);
    await until(() => world.countOf('takePayment') >= 3);
    await recordStatuses(db.sql, [{ orderId: id, status: 'confirmed', steps: null, failure: null }]);
    expect(await cancel(id)).toEqual({ outcome: 'refused', code: 'order_not_cancellable', status: 'confirmed' });
    world.heal('takePayment');
    expect(await handle.result()).toEqual({ status: 'confirmed' });
    expect([await statusOf(id), world.captured, world.stillDeducted]).toEqual(['confirmed', 4200, 2]);
  });

  test('is followed by no confirmation that a lost task had sent off before', async () => {
    const world = new StoredWorld();
    world.fail('takePayment', 'service_unreachable', { afterwards: true });
    const { id, handle } = await place(world);
    await until(() => world.countOf('takePayment') >= 3);
    world.onCall(async (activity) => {
      if (activity !== 'refundPayment') return;
      await recordStatuses(db.sql, [{ orderId: id, status: 'confirmed', steps: null, failure: null }]);
    });
    expect(await cancel(id)).toMatchObject({ outcome: 'taken' });
    expect(await handle.result()).toEqual({ status: 'cancelled' });
    expect([await statusOf(id), world.captured, world.stillDeducted]).toEqual(['cancelled', 0, 0]);
  });

  test('is taken while the order is being confirmed, as long as the database does not say so', async () => {
    const world = new StoredWorld();
    world.fail('recordStatus', 'database_unavailable', { times: 4 });
    const { id, handle } = await place(world);
    await until(() => world.countOf('recordStatus') >= 2);
    expect(await cancel(id)).toEqual({ outcome: 'taken', status: 'processing' });
    expect(await handle.result()).toEqual({ status: 'cancelled' });
    expect([await statusOf(id), world.captured, world.stillDeducted]).toEqual(['cancelled', 0, 0]);
  });

  test('whose run could not be told has been asked for: the order ends cancelled, and asking again says so', async () => {
    const world = new StoredWorld();
    world.fail('takePayment', 'service_unreachable', { times: 3 });
    const { id, handle } = await place(world);
    await until(() => world.countOf('takePayment') >= 2);
    await expect(cancel(id, away)).rejects.toThrow(RunsUnavailable);
    expect(await handle.result()).toEqual({ status: 'cancelled' });
    expect([await statusOf(id), world.captured, world.stillDeducted]).toEqual(['cancelled', 0, 0]);
    expect(await cancel(id)).toEqual({ outcome: 'taken', status: 'cancelled' });
  });

  test('of an order that is undone since it was refused is refused, and leaves it to be rejected', async () => {
    const world = new StoredWorld();
    world.fail('takePayment', 'card_declined').fail('restoreStock', 'service_unreachable', { times: 5 });
    const { id, handle } = await place(world);
    await until(() => world.countOf('restoreStock') >= 2);
    expect(await cancel(id)).toMatchObject({ outcome: 'refused', status: 'processing' });
    expect(await handle.result()).toEqual({ status: 'rejected' });
  });

  test('of a held order that could not be told stays asked for when an operator lets it go on', async () => {
    const world = new StoredWorld();
    world.fail('takePayment', 'service_contract');
    const { id, handle } = await place(world);
    await harness.untilHeld(handle);
    await expect(cancel(id, away)).rejects.toThrow(RunsUnavailable);
    expect(await statusOf(id)).toBe('held');
    world.heal('takePayment');
    const order = (await findOrder(db.sql, id)) as StoredOrder;
    expect(await decide('retry', order, { sql: db.sql, runs: harness.runs })).toMatchObject({ outcome: 'taken' });
    expect(await handle.result()).toEqual({ status: 'cancelled' });
    expect([await statusOf(id), world.payments, world.stillDeducted]).toEqual(['cancelled', [], 0]);
  });

  /** Of an order whose steps all go well; the cancellation is decided while the call is under way, or beside it. */
  describe.each<Name>(['deductStock', 'takePayment', 'recordStatus', 'sendNotification'])('during %s', (during) => {
    test.each(['before it takes effect', 'at the same time'])(
      'and decided %s: taken, it ends cancelled; refused, confirmed',
      async (when) => {
        const world = new StoredWorld();
        let decided: Promise<Decision> | undefined;
        let id = '';
        let isPlaced = () => {};
        const placed = new Promise<void>((resolve) => {
          isPlaced = resolve;
        });
        world.onCall(async (activity) => {
          if (activity !== during || decided) return;
          await placed;
          decided = cancel(id);
          if (when === 'before it takes effect') await until(async () => isDecided(await rowOf(db.sql, id)));
        });
        const order = await place(world);
        id = order.id;
        isPlaced();
        const { status } = await order.handle.result();
        const decision = (await decided) as Decision;
        expect(status).toBe(decision.outcome === 'taken' ? 'cancelled' : 'confirmed');
        expect([await statusOf(id), world.captured]).toEqual([status, status === 'confirmed' ? 4200 : 0]);
      },
    );
  });
});
