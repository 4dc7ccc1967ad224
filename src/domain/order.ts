/** An order as it is stored and shown; wire names, since clients read it as it is. */
export interface OrderRequest {
  items: OrderItem[];
  /** Minor units of `currency`. */
  amount: number;
  /** ISO 4217. */
  currency: string;
  payment_method: string;
  customer?: { id?: string | undefined; email?: string | undefined; locale?: string | undefined } | undefined;
  metadata?: Record<string, string> | undefined;
}

export interface OrderItem {
  product_id: string;
  quantity: number;
  /** Minor units; absent where the client sent a total only. */
  unit_amount?: number | undefined;
}

/** What a run is told of an order: enough to carry it out, and no personal data, since histories are widely readable. */
export interface OrderToProcess {
  id: string;
  items: { productId: string; quantity: number }[];
  amount: number;
  currency: string;
  paymentMethod: string;
  locale: string;
  /** W3C Trace Context of the request that placed the order. */
  traceparent: string;
}

export const DEFAULT_LOCALE = 'en';

export const toProcess = (id: string, traceparent: string, request: OrderRequest): OrderToProcess => ({
  id,
  items: request.items.map(({ product_id, quantity }) => ({ productId: product_id, quantity })),
  amount: request.amount,
  currency: request.currency,
  paymentMethod: request.payment_method,
  locale: request.customer?.locale ?? DEFAULT_LOCALE,
  traceparent,
});
