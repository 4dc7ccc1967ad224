interface Line {
  product_id: string;
  quantity: number;
  unit_amount?: number;
}

type Goods =
  | { items: Required<Line>[] }
  /** One product and a total: what clients of older APIs send. */
  | { product_id: string; quantity: number; amount: number };

interface Details {
  currency?: string;
  customer?: { id: string; email: string; locale: string };
  payment_method?: string;
  metadata: { key: string };
}

export type OrderBody = Goods & Details;

/** As the API shows them: where a total was sent, no piece has a price. */
export const linesOf = (body: OrderBody): Line[] =>
  'items' in body ? body.items : [{ product_id: body.product_id, quantity: body.quantity }];

export const amountOf = (body: OrderBody): number =>
  'items' in body
    ? body.items.reduce((sum, { quantity, unit_amount }) => sum + quantity * unit_amount, 0)
    : body.amount;

export const currencyOf = ({ currency = 'EUR' }: OrderBody): string => currency;

/** Another order in the same form. */
export const otherThan = (body: OrderBody): OrderBody =>
  'items' in body ? { ...body, items: body.items.map(oneMore) } : oneMore(body);

const oneMore = <Ordered extends { quantity: number }>(ordered: Ordered): Ordered => ({
  ...ordered,
  quantity: ordered.quantity + 1,
});
