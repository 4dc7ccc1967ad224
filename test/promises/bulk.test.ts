import { tell } from '../support/figures.ts';
import { RunningSystem } from '../support/running-system.ts';
import { until } from '../support/until.ts';

/** Five thousand with ORDERS=5000; so many that the suite stays short otherwise. */
const ORDERS = Number(process.env.ORDERS || 300);
const DEFECTIVE = Math.round(ORDERS / 100);
const PATIENT = ORDERS * 400 + 60_000;
const RATE = 60;
/** Of which a tenth a second takes long enough to kill one part after the other. */
const FEW = 100;

let system: RunningSystem;
beforeAll(async () => {
  system = await RunningSystem.start({ LOG_LEVEL: 'warn', STEP_PATIENCE: '5s', RECONCILE_AFTER: '5s' });
}, 90_000);
afterAll(() => system.remove(), 30_000);

interface Group {
  failure_code: string;
  step: string;
  count: number;
}
interface Bulk {
  state: string;
  total: number;
  waiting: number;
  done: number;
  held_again: number;
  skipped: number;
}

const groups = async (): Promise<Group[]> => (await system.get('/api/failures')).groups;

async function place(count: number, order: object = {}): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const some = Math.min(50, count - ids.length);
    ids.push(...(await Promise.all(Array.from({ length: some }, () => system.place(order)))));
  }
  return ids;
}

async function holdAll(count: number): Promise<void> {
  await until(async () => (await groups()).reduce((sum, group) => sum + group.count, 0) === count, {
    within: PATIENT,
    every: 500,
  });
}

async function retryAll(filter: object, rate = RATE): Promise<string> {
  const response = await system.post(
    '/api/failures/retry',
    { ...filter, rate, reason: 'payments are back' },
    { 'X-Client-Id': 'ann' },
  );
  expect(response.status).toBe(202);
  return ((await response.json()) as { bulk_id: string }).bulk_id;
}

/** Undefined while there is nobody to answer. */
async function bulkOf(id: string): Promise<Bulk | undefined> {
  const answer = await fetch(system.url(`/api/bulk/${id}`)).catch(() => undefined);
  return answer?.ok ? ((await answer.json()) as Bulk) : undefined;
}

const untilDone = (id: string, count: number): Promise<unknown> =>
  until(async () => ((await bulkOf(id))?.done ?? 0) >= count, { within: PATIENT, every: 100 });

async function untilOver(id: string): Promise<Bulk> {
  return await until(
    async () => {
      const bulk = await bulkOf(id);
      return bulk?.state === 'done' && bulk;
    },
    { within: PATIENT, every: 500 },
  );
}

/** Every item of a bulk operation, through its pages. */
async function itemsOf(id: string): Promise<{ order_id: string; outcome: string }[]> {
  const items: { order_id: string; outcome: string }[] = [];
  for (let cursor: string | null = '0'; cursor !== null; ) {
    const page = await system.get(`/api/bulk/${id}/items?limit=200&cursor=${cursor}`);
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  return items;
}

async function payments(): Promise<Map<string, number>> {
  const { entries } = (await (await system.service('payment', '/ledger?limit=100000')).json()) as {
    entries: { order_id: string; kind: string }[];
  };
  const byOrder = Map.groupBy(entries, ({ order_id }) => order_id);
  return new Map([...byOrder].map(([id, those]) => [id, those.length]));
}

/** Items and counts as the ledger. */
async function expectAllPaidOnce(bulk: string, ids: string[]): Promise<void> {
  const items = await itemsOf(bulk);
  expect(items.map(({ order_id }) => order_id).toSorted()).toEqual(ids.toSorted());
  expect(new Set(items.map(({ outcome }) => outcome))).toEqual(new Set(['done']));
  const paid = await payments();
  expect(ids.filter((id) => paid.get(id) !== 1)).toEqual([]);
  expect(await groups()).toEqual([]);
}

test(
  'payments fail for many orders; back, one bulk retry settles them all, each paid once, through the death of the worker',
  async () => {
    await system.faults('payment', { fail: 1 });
    const ids = await place(ORDERS);
    await holdAll(ORDERS);
    expect(await groups()).toMatchObject([{ failure_code: 'service_error', step: 'pay', count: ORDERS }]);
    await system.faults('payment', {});

    const started = performance.now();
    const bulk = await retryAll({ failure_code: 'service_error', step: 'pay' });
    await untilDone(bulk, ORDERS / 4);
    system.signal('Worker', 'SIGKILL');
    const end = await untilOver(bulk);
    tell(
      `a bulk retry of ${ORDERS} orders at ${RATE} a second, worker killed in the middle`,
      (performance.now() - started) / 1000,
      's',
    );

    expect(end).toMatchObject({ total: ORDERS, done: ORDERS, waiting: 0, held_again: 0, skipped: 0 });
    await expectAllPaidOnce(bulk, ids);
    expect(await system.stock('sku-1')).toMatchObject({ deducted: ORDERS });
  },
  PATIENT * 2,
);

test(
  'a bulk retry goes on through the death of Temporal, of PostgreSQL and of the API',
  async () => {
    await system.faults('payment', { fail: 1 });
    const ids = await place(FEW);
    await holdAll(FEW);
    await system.faults('payment', {});

    const bulk = await retryAll({ failure_code: 'service_error' }, FEW / 10);
    for (const [index, part] of ['Temporal', 'PostgreSQL', 'API'].entries()) {
      await untilDone(bulk, (FEW * (index + 1)) / 5);
      system.signal(part, 'SIGKILL');
    }
    expect(await untilOver(bulk)).toMatchObject({ total: FEW, done: FEW, held_again: 0, skipped: 0 });
    await expectAllPaidOnce(bulk, ids);
  },
  PATIENT * 2,
);

test(
  'of many with a few defective, exactly those are held again, in a group of their own',
  async () => {
    await system.faults('payment', { fail: 1 });
    const good = await place(ORDERS - DEFECTIVE);
    const defective = await place(DEFECTIVE, { payment_method: 'pm_invalid' });
    await holdAll(ORDERS);
    expect(await groups()).toMatchObject([{ failure_code: 'service_error', step: 'pay', count: ORDERS }]);
    await system.faults('payment', {});

    const bulk = await retryAll({ failure_code: 'service_error' });
    expect(await untilOver(bulk)).toMatchObject({ done: ORDERS - DEFECTIVE, held_again: DEFECTIVE, skipped: 0 });
    expect(await groups()).toMatchObject([{ failure_code: 'service_rejected_call', step: 'pay', count: DEFECTIVE }]);
    const again = (await itemsOf(bulk)).filter(({ outcome }) => outcome === 'held_again');
    expect(again.map(({ order_id }) => order_id).toSorted()).toEqual(defective.toSorted());
    const paid = await payments();
    expect(good.filter((id) => paid.get(id) !== 1)).toEqual([]);
    expect(defective.filter((id) => paid.has(id))).toEqual([]);
  },
  PATIENT * 2,
);
