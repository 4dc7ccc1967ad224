import { FakeWorld } from '../support/fake-world.ts';
import { WorkflowHarness } from '../support/workflow-harness.ts';

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await WorkflowHarness.start();
});
afterAll(() => harness.stop());

const states = (world: FakeWorld) => world.reports.at(-1)?.steps.map(({ step, state }) => `${step} ${state}`);

describe('an order whose services all work', () => {
  test('is confirmed, with its stock deducted, one payment taken, and the customer told', async () => {
    const world = new FakeWorld();
    const handle = await harness.place(world);
    expect(await handle.result()).toEqual({ status: 'confirmed' });
    expect(world.status).toBe('confirmed');
    expect(world.deducted).toEqual(new Map([['sku-1', 2]]));
    expect(world.payments).toEqual([4200]);
    expect(world.notifications).toEqual(['order_confirmed']);
    expect(states(world)).toEqual(['deduct done', 'pay done', 'confirm done', 'notify done']);
  });

  test('has its last status written with the notification; where that fails, by itself, and the customer is told once', async () => {
    const [usual, unusual] = [new FakeWorld(), new FakeWorld()];
    unusual.onCall((activity) => {
      if (activity === 'sendNotification') unusual.fail('recordStatus', 'database_unavailable', { times: 3 });
    });
    for (const world of [usual, unusual]) {
      expect(await (await harness.place(world)).result()).toEqual({ status: 'confirmed' });
      expect(states(world)).toEqual(['deduct done', 'pay done', 'confirm done', 'notify done']);
    }
    expect(usual.countOf('recordStatus')).toBe(1);
    expect([unusual.countOf('recordStatus'), unusual.countOf('sendNotification')]).toEqual([5, 1]);
  });

  test('costs one workflow task and no regular activity', async () => {
    const handle = await harness.place(new FakeWorld());
    await handle.result();
    const { events } = await handle.fetchHistory();
    const types = events?.map(({ eventType }) => String(eventType)) ?? [];
    expect(events?.filter((event) => event.workflowTaskCompletedEventAttributes)).toHaveLength(1);
    expect(events?.filter((event) => event.activityTaskScheduledEventAttributes)).toHaveLength(0);
    expect(types.length).toBeLessThanOrEqual(11);
  });

  test('deducts each of its items', async () => {
    const world = new FakeWorld();
    const items = [
      { productId: 'sku-1', quantity: 2 },
      { productId: 'sku-2', quantity: 1 },
    ];
    await (await harness.place(world, { items })).result();
    expect(world.deducted).toEqual(
      new Map([
        ['sku-1', 2],
        ['sku-2', 1],
      ]),
    );
  });

  test('has the effects of one run when it is run from the top a second time', async () => {
    const world = new FakeWorld();
    const first = await harness.place(world);
    await first.result();
    const second = await harness.place(world, { id: first.workflowId.replace('order-', '') });
    expect(await second.result()).toEqual({ status: 'confirmed' });
    expect(world.payments).toEqual([4200]);
    expect(world.notifications).toHaveLength(1);
  });
});

describe('a refusal', () => {
  test('of the stock rejects the order, and no payment is asked for', async () => {
    const world = new FakeWorld().fail('deductStock', 'out_of_stock');
    expect(await (await harness.place(world)).result()).toEqual({ status: 'rejected' });
    expect(world.reports.at(-1)?.failure).toMatchObject({ code: 'out_of_stock', step: 'deduct' });
    expect(world.countOf('takePayment')).toBe(0);
    expect(world.countOf('deductStock')).toBe(1);
  });

  test('of the second item gives the first one back', async () => {
    const world = new FakeWorld();
    world.onCall((activity) => {
      if (activity === 'deductStock' && world.countOf('deductStock') === 2) world.fail('deductStock', 'out_of_stock');
    });
    const items = [
      { productId: 'sku-1', quantity: 2 },
      { productId: 'sku-2', quantity: 1 },
    ];
    expect(await (await harness.place(world, { items })).result()).toEqual({ status: 'rejected' });
    expect(world.stillDeducted).toBe(0);
    expect(states(world)).toEqual(['deduct failed', 'pay waiting', 'confirm waiting', 'notify waiting']);
  });

  test('of the card gives the stock back', async () => {
    const world = new FakeWorld().fail('takePayment', 'card_declined');
    expect(await (await harness.place(world)).result()).toEqual({ status: 'rejected' });
    expect(world.stillDeducted).toBe(0);
    expect(world.captured).toBe(0);
    expect(world.status).toBe('rejected');
  });

  test('undoes the newest step first', async () => {
    const world = new FakeWorld().fail('takePayment', 'card_declined');
    await (await harness.place(world)).result();
    const undos = world.calls.map(({ activity }) => activity).filter((name) => /^(refund|restore)/.test(name));
    expect(undos).toEqual(['refundPayment', 'restoreStock']);
  });
});

describe('a service that is away for a while', () => {
  test.each([
    ['deductStock', 'deduct'],
    ['takePayment', 'pay'],
    ['sendNotification', 'notify'],
  ] as const)('%s gets through at the fifth attempt, and the order is confirmed', async (activity, step) => {
    const world = new FakeWorld().fail(activity, 'service_unreachable', { times: 4 });
    expect(await (await harness.place(world)).result()).toEqual({ status: 'confirmed' });
    expect(world.calls.filter((call) => call.activity === activity).map(({ local }) => local)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(world.reports.at(-1)?.steps.find((progress) => progress.step === step)?.attempts).toBe(5);
    expect(world.payments).toEqual([4200]);
  });

  test('our own database is waited for, however long, and the order is confirmed', async () => {
    const world = new FakeWorld().fail('recordStatus', 'database_unavailable', { times: 40 });
    expect(await (await harness.place(world, {}, { stepPatience: '10s' })).result()).toEqual({ status: 'confirmed' });
    expect(world.status).toBe('confirmed');
  });

  test('that takes the money and then fails to answer is asked again with the same key: one payment', async () => {
    const world = new FakeWorld().fail('takePayment', 'service_error', { times: 3, afterwards: true });
    expect(await (await harness.place(world)).result()).toEqual({ status: 'confirmed' });
    expect(world.payments).toEqual([4200]);
  });

  test('is left alone for as long as it asks for', async () => {
    const world = new FakeWorld().fail('takePayment', 'service_overloaded', { times: 1, retryAfterMs: 90_000 });
    const handle = await harness.place(world);
    await handle.result();
    const { events } = await handle.fetchHistory();
    const timer = events?.find((event) => event.timerStartedEventAttributes)?.timerStartedEventAttributes;
    expect(String(timer?.startToFireTimeout?.seconds)).toBe('90');
  });

  test('never costs an order its confirmation where it is only a courtesy', async () => {
    const world = new FakeWorld().fail('sendNotification', 'service_unreachable');
    expect(await (await harness.place(world, {}, { stepPatience: '1m' })).result()).toEqual({ status: 'confirmed' });
    expect(world.status).toBe('confirmed');
    expect(states(world)).toContain('notify failed');
  });
});

describe('a stored status that is not what the run made it', () => {
  test.each(['held', 'failed', 'accepted'] as const)(
    '%s, though the run is alive: the order is confirmed all the same',
    async (stale) => {
      const world = new FakeWorld();
      world.onCall((activity) => {
        if (activity === 'takePayment') world.status = stale;
      });
      expect(await (await harness.place(world)).result()).toEqual({ status: 'confirmed' });
      expect(world.status).toBe('confirmed');
      expect(world.captured).toBe(4200);
    },
  );

  test('that can not be written at all ends the run as failed, rather than its task failing for ever', async () => {
    const world = new FakeWorld().fail('recordStatus', 'order_missing');
    await expect((await harness.place(world)).result()).rejects.toMatchObject({ cause: { type: 'order_missing' } });
  });
});

test('an order that was cancelled in the database before its run began is undone instead of confirmed', async () => {
  const world = new FakeWorld();
  world.status = 'cancelled';
  expect(await (await harness.place(world)).result()).toEqual({ status: 'cancelled' });
  expect(world.captured).toBe(0);
  expect(world.stillDeducted).toBe(0);
});
