import { inventory } from '../../services/inventory/stock.ts';
import { notification } from '../../services/notification/messages.ts';
import type { StatusCall } from '../../src/activities/contract.ts';
import { failWith } from '../../src/activities/failing.ts';
import { inventoryActivities } from '../../src/activities/inventory.ts';
import { notificationActivities } from '../../src/activities/notification.ts';
import { ServiceClient } from '../../src/activities/service-client.ts';
import type { OrderStatus } from '../../src/domain/lifecycle.ts';
import { startOnOwnDatabase } from '../services/running-service.ts';
import { aDeduction, aNotification, attempt, failureOf } from './in-activity.ts';

type Service = Awaited<ReturnType<typeof startOnOwnDatabase>>;
let stock: Service;
let notices: Service;
beforeAll(async () => {
  [stock, notices] = await Promise.all([startOnOwnDatabase(inventory(100)), startOnOwnDatabase(notification)]);
});
afterAll(() => Promise.all([stock.stop(), notices.stop()]));

const keysIn = async (service: Service, order: string) =>
  (await service.get(`/ledger?order_id=${order}`)).body.entries.map(
    (entry: { idempotency_key: string }) => entry.idempotency_key,
  );
const activities = () => inventoryActivities(new ServiceClient('inventory', stock.url));

describe('stock', () => {
  test('is deducted by line, and restored by line', async () => {
    const first = aDeduction({ productId: 'lamp' });
    const second = { ...first, line: 2, productId: 'bulb', quantity: 1 };
    const { deductStock, restoreStock } = activities();
    for (const call of [first, second, first]) await attempt(deductStock, call);
    for (const call of [second, first, first]) await attempt(restoreStock, call);
    const order = first.orderId;
    expect(await keysIn(stock, order)).toEqual(
      ['deduct:1', 'deduct:2', 'restore:2', 'restore:1'].map((step) => `${order}:${step}`),
    );
    expect((await stock.get('/stock/lamp')).body).toMatchObject({ on_hand: 100, deducted: 0 });
  });

  test('that is not there is refused', async () => {
    const call = aDeduction({ productId: 'sold-out' });
    expect((await failureOf(attempt(activities().deductStock, call))).type).toBe('out_of_stock');
  });

  test('that was never deducted is restored without any effect, and a late deduction is refused', async () => {
    const call = aDeduction({ productId: 'chair' });
    await attempt(activities().restoreStock, call);
    expect((await failureOf(attempt(activities().deductStock, call))).type).toBe('undone');
    expect(await keysIn(stock, call.orderId)).toEqual([]);
  });

  test.each(['a/b?c#d', '日本', '"', '%00'])('of a product called %s is deducted like any other', async (productId) => {
    const call = aDeduction({ productId });
    await attempt(activities().deductStock, call);
    expect(await keysIn(stock, call.orderId)).toEqual([`${call.orderId}:deduct:1`]);
  });
});

describe('a customer', () => {
  const confirmed = { status: 'confirmed' as const, steps: [], failure: null };
  const told = (record: Parameters<typeof notificationActivities>[1]) =>
    notificationActivities(new ServiceClient('notification', notices.url), record).sendNotification;
  const inForce = (status: OrderStatus) => async () => ({ status });

  test('is told once, however often it is tried', async () => {
    const call = aNotification();
    for (const number of [1, 2]) await attempt(told(inForce('confirmed')), call, { attempt: number });
    expect(await keysIn(notices, call.orderId)).toEqual([`${call.orderId}:notify`]);
  });

  test('is told, and the status that came with it written down: by a local attempt', async () => {
    const recorded: StatusCall[] = [];
    const record = async (report: StatusCall) => {
      recorded.push(report);
      return { status: report.status };
    };
    const call = aNotification({ report: confirmed });
    expect(await attempt(told(record), call)).toEqual({ isReported: true });
    expect(await attempt(told(record), call, { isLocal: false })).toEqual({});
    expect(await attempt(told(record), aNotification())).toEqual({});
    expect(recorded).toEqual([{ orderId: call.orderId, traceparent: call.traceparent, ...confirmed }]);
  });

  test.each([
    ['can not be written', () => Promise.reject(failWith('database_unavailable', 'away'))],
    ['is not the one in force', inForce('cancelled')],
  ])('has been told even where the status %s', async (_, record) => {
    expect(await attempt(told(record), aNotification({ report: confirmed }))).toEqual({ isReported: false });
  });
});
