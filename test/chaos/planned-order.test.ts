import { amountOf, linesOf, otherThan } from '../../chaos/load/order-body.ts';
import { KINDS, limitedProducts, planOrder, productsOfRun } from '../../chaos/load/planned-order.ts';
import { Random } from '../../chaos/random.ts';

function plan(seed: number, count = 2000) {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, index) => planOrder(random, `order-${index}`, index));
}

test('the same seed plans the same orders', () => {
  expect(plan(1, 100)).toEqual(plan(1, 100));
});

test('every kind comes, and most orders can be confirmed', () => {
  const kinds = Map.groupBy(plan(1), ({ kind }) => kind);
  expect([...kinds.keys()].toSorted()).toEqual([...KINDS].toSorted());
  expect(kinds.get('normal')?.length).toBeGreaterThan(700);
});

test('each is what its kind says', () => {
  for (const { kind, body, cancelAfterMs } of plan(2)) {
    const products = linesOf(body).map(({ product_id }) => product_id);
    expect(new Set(products).size).toBe(products.length);
    if (kind === 'several items') expect(products.length).toBeGreaterThan(1);
    if (kind === 'limited stock') expect(products[0]).toMatch(/^limited-\d+$/);
    expect(products.includes('sold-out')).toBe(kind === 'sold out');
    expect(body.payment_method === 'pm_declined').toBe(kind === 'declined');
    expect(cancelAfterMs !== undefined).toBe(kind === 'cancelled');
  }
});

test('limited products are asked for by more than there are', () => {
  const orders = plan(3);
  for (const product of limitedProducts(1999)) {
    const asking = orders.flatMap(({ body }) => linesOf(body)).filter(({ product_id }) => product_id === product);
    expect(asking.reduce((sum, { quantity }) => sum + quantity, 0)).toBeGreaterThan(15);
  }
});

test('every product that is ordered is looked at in the end', () => {
  const known = new Set(productsOfRun(2000));
  for (const { body } of plan(4)) for (const { product_id } of linesOf(body)) expect(known).toContain(product_id);
});

test('orders come in all the ways in which clients send them, and none are so many that the others are rare', () => {
  const orders = plan(5);
  const share = (is: (order: (typeof orders)[number]) => boolean) => orders.filter(is).length / orders.length;
  const shares = [
    share(({ body }) => 'product_id' in body),
    share(({ body }) => body.currency !== undefined),
    share(({ body }) => body.customer !== undefined),
    share(({ waitSeconds }) => waitSeconds !== undefined),
    share(({ looks }) => looks !== undefined),
  ];
  for (const each of shares) {
    expect(each).toBeGreaterThan(0.07);
    expect(each).toBeLessThan(0.6);
  }
});

test('who cancels does not wait for the outcome before', () => {
  for (const { waitSeconds, cancelAfterMs } of plan(6)) expect(waitSeconds && cancelAfterMs).toBeUndefined();
});

test('of one product and a total no price per piece is shown, and the total is the amount', () => {
  const body = { product_id: 'sku-1', quantity: 2, amount: 4201, metadata: { key: 'k' } };
  expect([linesOf(body), amountOf(body)]).toEqual([[{ product_id: 'sku-1', quantity: 2 }], 4201]);
});

test('another order differs from each in its quantities, and in nothing else', () => {
  const quantities = (of: number[]) => of.map((quantity) => expect.objectContaining({ quantity }));
  for (const { body } of plan(7, 50)) {
    const other = otherThan(body);
    expect(linesOf(other)).toEqual(quantities(linesOf(body).map(({ quantity }) => quantity + 1)));
    expect(Object.keys(other)).toEqual(Object.keys(body));
  }
});

test('the amount is the sum of the items', () => {
  const items = [
    { product_id: 'sku-1', quantity: 2, unit_amount: 100 },
    { product_id: 'sku-2', quantity: 1, unit_amount: 50 },
  ];
  expect(amountOf({ items, metadata: { key: 'k' } })).toBe(250);
});
