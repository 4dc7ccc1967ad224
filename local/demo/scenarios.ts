import type { OrderStatus } from '../../src/domain/lifecycle.ts';

/** An order and the way it is to go. */
export interface Scenario {
  what: string;
  order: Record<string, unknown>;
  expected: { status: OrderStatus; failure: string | null };
}

const confirmed = { status: 'confirmed', failure: null } as const;

/** Placed at once, while everything works. */
export const ORDINARY: Scenario[] = [
  {
    what: 'two of one product',
    order: { product_id: 'sku-1', quantity: 2, amount: 4200 },
    expected: confirmed,
  },
  {
    what: 'three products',
    order: {
      items: [
        { product_id: 'sku-1', quantity: 1, unit_amount: 2100 },
        { product_id: 'sku-2', quantity: 3, unit_amount: 500 },
        { product_id: 'sku-3', quantity: 2, unit_amount: 950 },
      ],
      currency: 'EUR',
    },
    expected: confirmed,
  },
  {
    what: 'a product that is sold out',
    order: { product_id: 'sold-out', quantity: 1, amount: 1900 },
    expected: { status: 'rejected', failure: 'out_of_stock' },
  },
  {
    what: 'a card that is declined',
    order: { product_id: 'sku-1', quantity: 1, amount: 2100, payment_method: 'pm_declined' },
    expected: { status: 'rejected', failure: 'card_declined' },
  },
];

/** Placed while the payment service fails every call, which it does until this order has been seen to retry. */
export const WHILE_PAYMENTS_ARE_DOWN: Scenario = {
  what: 'payments down, then back',
  order: { product_id: 'sku-1', quantity: 1, amount: 2100 },
  expected: confirmed,
};
