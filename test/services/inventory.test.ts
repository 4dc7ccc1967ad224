import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inventory } from '../../services/inventory/stock.ts';
import { anOrder, atOnce, startOnOwnDatabase } from './running-service.ts';

let service: Awaited<ReturnType<typeof startOnOwnDatabase>>;
beforeAll(async () => {
  service = await startOnOwnDatabase(inventory(500));
});
afterAll(() => service.stop());

const deduct = (order: string, product_id: string, quantity = 1, step = 'deduct:1') =>
  service.post('/deduct', `${order}:${step}`, { product_id, quantity });
const restore = (order: string, product_id: string, quantity = 1, step = 'restore:1') =>
  service.post('/restore', `${order}:${step}`, { product_id, quantity });
const stock = async (product: string) => (await service.get(`/stock/${product}`)).body;
const kinds = async (order: string) =>
  (await service.get(`/ledger?order_id=${order}`)).body.entries.map((entry: { kind: string }) => entry.kind);

test('deducts, and enters it in the ledger', async () => {
  const order = anOrder();
  const { status, body } = await deduct(order, 'lamp', 3);
  expect({ status, body }).toEqual({ status: 200, body: { ok: true, product_id: 'lamp', quantity: 3 } });
  expect(await stock('lamp')).toEqual({ product_id: 'lamp', on_hand: 497, deducted: 3 });
  expect((await service.get(`/ledger?order_id=${order}`)).body.entries).toEqual([
    {
      idempotency_key: `${order}:deduct:1`,
      order_id: order,
      kind: 'deduct',
      product_id: 'lamp',
      quantity: 3,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    },
  ]);
});

test('refuses more than is on hand, and may be asked again', async () => {
  const order = anOrder();
  await service.put('/stock/rare', { on_hand: 1 });
  expect(await deduct(order, 'rare', 2)).toMatchObject({ status: 409, body: { error: 'out_of_stock' } });
  expect(await kinds(order)).toEqual([]);
  await service.put('/stock/rare', { on_hand: 2 });
  expect(await deduct(order, 'rare', 2)).toMatchObject({ status: 200 });
});

test('sold-out is always sold out', async () => {
  expect(await deduct(anOrder(), 'sold-out')).toMatchObject({ status: 409, body: { error: 'out_of_stock' } });
  expect(await service.put('/stock/sold-out', { on_hand: 1 })).toMatchObject({ status: 400 });
  expect(await stock('sold-out')).toMatchObject({ on_hand: 0 });
});

test('setting the stock keeps what is deducted', async () => {
  await deduct(anOrder(), 'chair', 4);
  const { body } = await service.put('/stock/chair', { on_hand: 7 });
  expect(body).toEqual({ product_id: 'chair', on_hand: 7, deducted: 4 });
});

test('restores what the order has deducted of the product, once, whatever the caller believes', async () => {
  const order = anOrder();
  await deduct(order, 'desk', 3, 'deduct:1');
  await deduct(order, 'other', 1, 'deduct:2');
  const first = await restore(order, 'desk', 99);
  expect(first.body).toEqual({ ok: true, product_id: 'desk', quantity: 3 });
  expect((await restore(order, 'desk', 99)).body).toEqual(first.body);
  expect((await restore(order, 'desk', 99, 'restore:again')).body).toMatchObject({ quantity: 0 });
  expect(await stock('desk')).toMatchObject({ on_hand: 500, deducted: 0 });
  expect(await stock('other')).toMatchObject({ deducted: 1 });
  expect(await kinds(order)).toEqual(['deduct', 'deduct', 'restore']);
});

test('refuses a deduction that arrives after it was undone, of that product only', async () => {
  const order = anOrder();
  expect((await restore(order, 'sofa')).body).toMatchObject({ ok: true, quantity: 0 });
  expect(await deduct(order, 'sofa')).toMatchObject({ status: 409, body: { error: 'undone' } });
  expect(await deduct(order, 'stool', 1, 'deduct:2')).toMatchObject({ status: 200 });
  expect(await kinds(order)).toEqual(['deduct']);
});

test('restores the deduction that is named only, and bars that one only', async () => {
  const order = anOrder();
  const undo = (key: string, undoes: string) =>
    service.post('/restore', `${order}:${key}`, { product_id: 'spare', quantity: 1, undoes: `${order}:${undoes}` });
  await deduct(order, 'spare', 3, 'deduct:1');
  expect((await undo('restore:1', 'deduct:1')).body).toMatchObject({ quantity: 3 });
  expect(await deduct(order, 'spare', 1, 'deduct:1:1')).toMatchObject({ status: 200 });
  expect(await deduct(order, 'spare', 3, 'deduct:1')).toMatchObject({ status: 409, body: { error: 'undone' } });
  expect(await stock('spare')).toMatchObject({ deducted: 1 });
});

test('an undo racing its deduction leaves nothing deducted', async () => {
  const racing = Array.from({ length: 200 }, anOrder);
  await atOnce(400, (i) => {
    const order = racing[i >> 1] ?? '';
    return i % 2 === (i >> 1) % 2 ? deduct(order, 'raced', 2) : restore(order, 'raced', 2);
  });
  expect(await stock('raced')).toEqual({ product_id: 'raced', on_hand: 500, deducted: 0 });
});

test('1,000 concurrent deductions from a stock of 100 sell exactly 100', async () => {
  await service.put('/stock/hot', { on_hand: 100 });
  const before = (await service.get('/totals')).body.deduct;
  const replies = await atOnce(1000, () => deduct(anOrder(), 'hot'));
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(100);
  expect(replies.filter(({ body }) => body.error === 'out_of_stock')).toHaveLength(900);
  expect(await stock('hot')).toEqual({ product_id: 'hot', on_hand: 0, deducted: 100 });
  const { body } = await service.get('/totals');
  expect(body.deduct).toEqual({ count: before.count + 100, quantity: before.quantity + 100 });
});

test.each([
  ['no quantity', { product_id: 'lamp' }],
  ['a quantity of nothing', { product_id: 'lamp', quantity: 0 }],
  ['half a lamp', { product_id: 'lamp', quantity: 0.5 }],
  ['a name that PostgreSQL cannot store', { product_id: 'la\u0000mp', quantity: 1 }],
  ['no object', []],
])('refuses a body with %s', async (_, body) => {
  const reply = await service.post('/deduct', `${anOrder()}:deduct:1`, body);
  expect(reply).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
});
