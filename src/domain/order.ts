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
  items: ItemToProcess[];
  amount: number;
  currency: string;
  paymentMethod: string;
  locale: string;
  /** W3C Trace Context of the request that placed the order. */
  traceparent: string;
  /** How often an operator has amended it. */
  amendments?: number;
  /** Amounts that were asked for under earlier payment keys. */
  earlierAmounts?: number[];
  /** It was cancelled while it had no run, or one that could not be told: one that begins with this only undoes. */
  isCancelled?: true;
}

export interface ItemToProcess {
  productId: string;
  quantity: number;
  /** Quantities that were asked for under earlier keys of this line. */
  earlier?: number[];
}

/** What an amended order's steps were asked for before, oldest first: each amendment of a step gives it a new key. */
export interface Earlier {
  /** Quantities, by line. */
  lines: number[][];
  /** Amounts. */
  payment: number[];
}

/** What the store knows of an order's decisions beside the order itself. */
export interface Decided {
  amendments: number;
  earlier: Earlier | null;
  isCancelled: boolean;
}

export const DEFAULT_LOCALE = 'en';

export const toProcess = (
  id: string,
  traceparent: string,
  request: OrderRequest,
  { amendments, earlier, isCancelled }: Decided,
): OrderToProcess => ({
  id,
  items: request.items.map(({ product_id, quantity }, index) => ({
    productId: product_id,
    quantity,
    ...withSome('earlier', earlier?.lines[index]),
  })),
  amount: request.amount,
  currency: request.currency,
  paymentMethod: request.payment_method,
  locale: request.customer?.locale ?? DEFAULT_LOCALE,
  traceparent,
  ...(amendments > 0 && { amendments }),
  ...withSome('earlierAmounts', earlier?.payment),
  ...(isCancelled && { isCancelled }),
});

const withSome = <Name extends string>(name: Name, values: number[] | undefined) =>
  (values && values.length > 0 ? { [name]: values } : {}) as { [Key in Name]?: number[] };
