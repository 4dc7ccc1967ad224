import type { Random } from '../random.ts';
import type { OrderBody } from './order-body.ts';

export const KINDS = [
  'normal',
  'several items',
  'sold out',
  'declined',
  'limited stock',
  'cancelled',
  'repeated',
  'conflicting',
] as const;
export type OrderKind = (typeof KINDS)[number];

export interface PlannedOrder {
  /** Idempotency key; also in the order's metadata, so that two orders of one key can be seen. */
  key: string;
  kind: OrderKind;
  body: OrderBody;
  /** Of a cancelled one: how long after its 201 it is asked to be. */
  cancelAfterMs?: number;
  /** Its caller wants to be answered when it is settled, or after so long. */
  waitSeconds?: number;
  /** How often somebody looks at it, from its 201 on, as on a page that loads itself anew. */
  looks?: number;
}

/** Out of twenty. */
const MIX: OrderKind[] = [
  ...Array<OrderKind>(9).fill('normal'),
  ...Array<OrderKind>(3).fill('several items'),
  'sold out',
  'declined',
  'limited stock',
  'limited stock',
  'cancelled',
  'cancelled',
  'repeated',
  'conflicting',
];

/** Of orders of any kind. */
const SHARES = { oneProductAndTotal: 0.4, currency: 0.3, customer: 0.5, waiting: 0.1, lookedAt: 0.2 };
const LOOKS = 4;

/** Orders of every kind, the same for the same random numbers. */
export function planOrder(random: Random, key: string, count: number): PlannedOrder {
  const kind = random.pick(MIX);
  const goods = goodsOf(productsOf(kind, random, count), random);
  return {
    key,
    kind,
    body: { ...goods, ...(kind === 'declined' && { payment_method: 'pm_declined' }), ...detailsOf(key, random) },
    // Whoever waits learns of the order when there is nothing to cancel any more.
    ...(kind === 'cancelled'
      ? { cancelAfterMs: random.between(0, 1500) }
      : random.happens(SHARES.waiting) && { waitSeconds: random.between(1, 5) }),
    ...(random.happens(SHARES.lookedAt) && { looks: LOOKS }),
  };
}

function goodsOf(products: string[], random: Random) {
  const [product, ...others] = products as [string, ...string[]];
  const quantity = () => random.between(1, 3);
  if (others.length === 0 && random.happens(SHARES.oneProductAndTotal))
    return { product_id: product, quantity: quantity(), amount: random.between(100, 29_999) };
  return {
    items: products.map((product_id) => ({
      product_id,
      quantity: quantity(),
      unit_amount: random.between(100, 9999),
    })),
  };
}

const detailsOf = (key: string, random: Random) => ({
  ...(random.happens(SHARES.currency) && { currency: random.pick(['USD', 'CHF', 'JPY']) }),
  ...(random.happens(SHARES.customer) && {
    customer: { id: `customer-of-${key}`, email: `${key}@example.com`, locale: random.pick(['en', 'de-AT', 'ja']) },
  }),
  metadata: { key },
});

export const plainOrder = (key: string): PlannedOrder => ({
  key,
  kind: 'normal',
  body: { items: [{ product_id: 'sku-1', quantity: 1, unit_amount: 4200 }], metadata: { key } },
});

const PRODUCTS = ['sku-1', 'sku-2', 'sku-3', 'sku-4', 'sku-5'];

/** So many orders share a product of limited stock, a tenth of them ask for it, and some get it. */
const ORDERS_PER_LIMITED = 200;
export const LIMITED_STOCK = 15;
const limitedFor = (count: number) => `limited-${Math.floor(count / ORDERS_PER_LIMITED)}`;

export const limitedProducts = (orders: number): string[] =>
  Array.from({ length: Math.floor(orders / ORDERS_PER_LIMITED) + 1 }, (_, index) => `limited-${index}`);

export const productsOfRun = (orders: number): string[] => [...PRODUCTS, 'sold-out', ...limitedProducts(orders)];

function productsOf(kind: OrderKind, random: Random, count: number): string[] {
  if (kind === 'several items') return random.shuffled(PRODUCTS).slice(0, random.between(2, 4));
  // What is deducted for the first line has to be given back.
  if (kind === 'sold out') return random.happens(0.5) ? [random.pick(PRODUCTS), 'sold-out'] : ['sold-out'];
  if (kind === 'limited stock') return [limitedFor(count)];
  return [random.pick(PRODUCTS)];
}
