import { v7 as uuidv7 } from 'uuid';
import type { OrderRequest } from '../../src/domain/order.ts';
import type { NewOrder } from '../../src/store/insert-orders.ts';

export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
export const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-01`;

/** A body of `POST /api/orders`, as existing clients send it. */
export const anOrderBody = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  product_id: 'sku-1',
  quantity: 2,
  amount: 4200,
  ...changes,
});

/** A body of the form with items. */
export const anItemsBody = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  items: [
    { product_id: 'sku-1', quantity: 2, unit_amount: 1000 },
    { product_id: 'sku-2', quantity: 1, unit_amount: 2200 },
  ],
  ...changes,
});

/** An order as it was understood. */
export const anOrderRequest = (changes: Partial<OrderRequest> = {}): OrderRequest => ({
  items: [{ product_id: 'sku-1', quantity: 2 }],
  amount: 4200,
  currency: 'EUR',
  payment_method: 'pm_card',
  ...changes,
});

/** An order on its way into the database. */
export const aNewOrder = (changes: Partial<NewOrder> = {}): NewOrder => ({
  orderId: uuidv7(),
  clientId: 'shop',
  idempotency: null,
  request: anOrderRequest(),
  traceparent: TRACEPARENT,
  ...changes,
});

export const newOrders = (count: number, changes: Partial<NewOrder> = {}): NewOrder[] =>
  Array.from({ length: count }, () => aNewOrder(changes));

/** An order with an idempotency key; by default two with the same key are the same order. */
export const aKeyedOrder = (key: string, changes: Partial<NewOrder> & { fingerprint?: string } = {}): NewOrder => {
  const { fingerprint = 'the same', ...rest } = changes;
  return aNewOrder({ idempotency: { key, fingerprint }, ...rest });
};
