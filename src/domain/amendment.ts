import { mergePatch } from './merge-patch.ts';
import type { Earlier, OrderItem, OrderRequest } from './order.ts';
import type { OrderIssue } from './order-schema.ts';

/** What an operator may change of an order that is held or failed; a JSON Merge Patch, checked by its schema. */
export interface AmendmentPatch {
  payment_method?: string | undefined;
  /** Of an order of one line. */
  quantity?: number | undefined;
  items?: OrderItem[] | undefined;
  amount?: number | undefined;
  customer?: { email?: string | null | undefined; locale?: string | null | undefined } | undefined;
}

export type Amended =
  | { request: OrderRequest; earlier: Earlier; changes: string[]; issues?: undefined }
  | { issues: OrderIssue[] };

/**
 * The order with the patch applied (RFC 7396), and what its steps were asked for before: a line with another quantity
 * and a payment of another amount or method will have keys of their own.
 */
export function amend(order: OrderRequest, before: Earlier | null, { quantity, ...patch }: AmendmentPatch): Amended {
  if (quantity !== undefined && order.items.length > 1) return wrong(['quantity'], 'not_amendable');
  const items =
    quantity === undefined ? (patch.items ?? order.items) : order.items.map((item) => ({ ...item, quantity }));
  const issues = lineIssues(order.items, items, quantity === undefined);
  if (issues.length > 0) return { issues };
  const lines = order.items.map((line, index) => ({ ...line, quantity: items[index]?.quantity ?? line.quantity }));
  const amount = amountOf(order, lines, patch.amount);
  if (typeof amount !== 'number') return amount;

  const request = mergePatch(order, { ...patch, items: lines, amount }) as OrderRequest;
  const changes = changesBetween(order, request);
  if (changes.length === 0) return wrong([], 'nothing_changes');
  return { request, earlier: earlierOf(order, before, request), changes };
}

const wrong = (path: PropertyKey[], code: string) => ({ issues: [{ path, code }] });

/** The same products at the same prices, in quantities that are not higher. */
function lineIssues(before: OrderItem[], after: OrderItem[], areItems: boolean): OrderIssue[] {
  if (after.length !== before.length) return [{ path: ['items'], code: 'not_amendable' }];
  return after.flatMap((item, index) => {
    const was = before[index] as OrderItem;
    const path = areItems ? ['items', index] : [];
    if (item.product_id !== was.product_id) return [{ path: [...path, 'product_id'], code: 'not_amendable' }];
    if ((item.unit_amount ?? was.unit_amount) !== was.unit_amount)
      return [{ path: [...path, 'unit_amount'], code: 'not_amendable' }];
    return item.quantity > was.quantity ? [{ path: [...path, 'quantity'], code: 'too_big' }] : [];
  });
}

/** By the lines' prices where they have some; otherwise as it is given, or in proportion where that is exact. */
function amountOf(
  order: OrderRequest,
  items: OrderItem[],
  given: number | undefined,
): number | { issues: OrderIssue[] } {
  const isLess = items.some(({ quantity }, index) => quantity < (order.items[index]?.quantity ?? 0));
  if (!isLess) return given === undefined || given === order.amount ? order.amount : wrong(['amount'], 'not_amendable');
  const priced = order.items.reduce(
    (sum, { unit_amount = 0 }, index) => sum + unit_amount * (items[index]?.quantity ?? 0),
    0,
  );
  if (order.items.every(({ unit_amount }) => unit_amount !== undefined))
    return given === undefined || given === priced ? priced : wrong(['amount'], 'amount_mismatch');
  if (given !== undefined) return given <= order.amount ? given : wrong(['amount'], 'too_big');
  const [was, is] = [order.items[0]?.quantity ?? 1, items[0]?.quantity ?? 1];
  const share = (order.amount * is) / was;
  return items.length === 1 && Number.isInteger(share) ? share : wrong(['amount'], 'required');
}

function changesBetween(before: OrderRequest, after: OrderRequest): string[] {
  const values = ({ items, amount, payment_method, customer }: OrderRequest) => ({
    ...Object.fromEntries(items.map(({ quantity }, index) => [`/items/${index}/quantity`, quantity])),
    '/amount': amount,
    '/payment_method': payment_method,
    '/customer/email': customer?.email,
    '/customer/locale': customer?.locale,
  });
  const [was, is] = [Object.entries(values(before)), Object.values(values(after))];
  return was.filter(([, value], index) => value !== is[index]).map(([pointer]) => pointer);
}

function earlierOf(order: OrderRequest, before: Earlier | null, after: OrderRequest): Earlier {
  const isPaymentNew = order.amount !== after.amount || order.payment_method !== after.payment_method;
  return {
    lines: order.items.map(({ quantity }, index) => [
      ...(before?.lines[index] ?? []),
      ...(after.items[index]?.quantity === quantity ? [] : [quantity]),
    ]),
    payment: [...(before?.payment ?? []), ...(isPaymentNew ? [order.amount] : [])],
  };
}
