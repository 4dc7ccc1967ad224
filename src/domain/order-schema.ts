import { z } from 'zod';
import type { AmendmentPatch } from './amendment.ts';
import type { OrderRequest } from './order.ts';

/** 10^12 minor units: a total stays exact in a double, and no order is worth more. */
const MAX_AMOUNT = 1_000_000_000_000;
const MAX_ITEMS = 100;
const MAX_QUANTITY = 1_000_000;
const MAX_METADATA = 50;

/** PostgreSQL stores neither NUL nor half a surrogate pair; a log line or a header should not meet other controls. */
export const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this refuses
    .regex(/^[^\u0000-\u001f\u007f]*$/)
    .refine((value) => value.isWellFormed(), { params: { code: 'invalid_format' } });

const productId = text(100).meta({ example: 'sku-1' });
const quantity = z.int().min(1).max(MAX_QUANTITY).meta({ example: 2 });
const amount = z
  .int()
  .min(1)
  .max(MAX_AMOUNT)
  .meta({ description: 'Integer, in the minor unit of `currency` (4200 is 42.00 EUR).', example: 4200 });

/**
 * As zod has it, with what `format: email` says too: no label of the domain ends in a hyphen or is longer than 63 (RFC 1035, 2.3.1),
 * and what is before the @ is no longer than 64 (RFC 5321, 4.5.3.1.1).
 */
const EMAIL =
  /^(?=[^@]{1,64}@)(?:[A-Za-z0-9_'+-]+\.)*[A-Za-z0-9_'+-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;
const email = z.email({ pattern: EMAIL }).max(254);
const locale = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/)
  .meta({ description: 'BCP 47.', example: 'en' });

/** Why an operator decides as they do; kept in the record. */
export const reason = text(500).meta({ description: 'Why; kept in the record.', example: 'the bank is back' });

const common = {
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('EUR')
    .meta({ description: 'ISO 4217.', example: 'EUR' }),
  payment_method: text(100).default('pm_card').meta({ description: 'A token of the payment service.' }),
  customer: z
    .strictObject({
      id: text(100).optional(),
      email: email.optional(),
      locale: locale.optional(),
    })
    .optional(),
  metadata: z
    .record(text(40), text(500))
    .refine((record) => Object.keys(record).length <= MAX_METADATA, { params: { code: 'too_big' } })
    .optional()
    .meta({ description: "The client's own: stored and given back.", maxProperties: MAX_METADATA }),
};

/** One product and a total: what existing clients send. */
export const singleProductOrder = z.strictObject({ product_id: productId, quantity, amount, ...common });

export const itemsOrder = z.strictObject({
  items: z
    .array(z.strictObject({ product_id: productId, quantity, unit_amount: amount.meta({ example: 2100 }) }))
    .min(1)
    .max(MAX_ITEMS),
  amount: amount.optional().meta({ description: 'If given, it must be the sum of the items.' }),
  ...common,
});

/** Either form, as the OpenAPI document shows it; `parseOrder` picks one so that errors speak of that form alone. */
export const orderBody = z.union([singleProductOrder, itemsOrder]).meta({ id: 'NewOrder' });

export interface OrderIssue {
  path: PropertyKey[];
  code: string;
}

type Parsed = { order: OrderRequest; issues?: undefined } | { order?: undefined; issues: OrderIssue[] };

/** Body of `POST /api/orders` -> one shape for both forms, or everything that is wrong with it. */
export function parseOrder(body: unknown): Parsed {
  const hasItems = typeof body === 'object' && body !== null && 'items' in body;
  const parsed = hasItems ? parseItems(body) : parseSingleProduct(body);
  const lost = lostFrom(body);
  return lost.length > 0 ? { issues: [...(parsed.issues ?? []), ...lost] } : parsed;
}

/** What zod leaves out of a record without a word. */
const lostFrom = (body: unknown): OrderIssue[] => {
  const metadata = (body as { metadata?: unknown } | null)?.metadata;
  const isLost = typeof metadata === 'object' && metadata !== null && Object.hasOwn(metadata, '__proto__');
  return isLost ? [{ path: ['metadata', '__proto__'], code: 'invalid_format' }] : [];
};

function parseSingleProduct(body: unknown): Parsed {
  const parsed = singleProductOrder.safeParse(body, { reportInput: true });
  if (!parsed.success) return { issues: parsed.error.issues.flatMap(issueOf) };
  const { product_id, quantity, ...rest } = parsed.data;
  return { order: { items: [{ product_id, quantity }], ...rest } };
}

function parseItems(body: object): Parsed {
  if (hasTooManyItems(body)) return { issues: TOO_MANY_ITEMS };
  const parsed = itemsOrder.safeParse(body, { reportInput: true });
  if (!parsed.success) return { issues: parsed.error.issues.flatMap(issueOf) };
  const { items, amount, ...rest } = parsed.data;
  const sum = items.reduce((total, item) => total + item.quantity * item.unit_amount, 0);
  const issues = [...duplicates(items), ...sumIssues(sum, amount)];
  return issues.length > 0 ? { issues } : { order: { items, amount: sum, ...rest } };
}

/** Looked at first: else each of a hundred thousand is told what is wrong with it. */
const hasTooManyItems = (body: unknown): boolean => {
  const items = (body as { items?: unknown } | null)?.items;
  return Array.isArray(items) && items.length > MAX_ITEMS;
};
const TOO_MANY_ITEMS: OrderIssue[] = [{ path: ['items'], code: 'too_big' }];

/** One line per product: stock is deducted and restored by order and product. */
const duplicates = (items: { product_id: string }[]): OrderIssue[] =>
  items.flatMap(({ product_id }, index) =>
    items.findIndex((other) => other.product_id === product_id) < index
      ? [{ path: ['items', index, 'product_id'], code: 'duplicate' }]
      : [],
  );

function sumIssues(sum: number, amount: number | undefined): OrderIssue[] {
  if (sum > MAX_AMOUNT) return [{ path: ['items'], code: 'too_big' }];
  return amount !== undefined && amount !== sum ? [{ path: ['amount'], code: 'amount_mismatch' }] : [];
}

/** What an amendment may hold, beside why. Members of an order that are not here may not be changed. */
export const amendmentBody = z
  .strictObject({
    payment_method: common.payment_method.unwrap().optional(),
    quantity: quantity.optional(),
    items: z
      .array(z.strictObject({ product_id: productId, quantity, unit_amount: amount.optional() }))
      .min(1)
      .max(MAX_ITEMS)
      .optional(),
    amount: amount.optional(),
    customer: z.strictObject({ email: email.nullable().optional(), locale: locale.nullable().optional() }).optional(),
    reason: reason.optional(),
  })
  .meta({ id: 'Amendment' });

/** Body of an amendment -> patch and reason, or everything that is wrong with it. */
export function parseAmendment(
  body: unknown,
): { patch: AmendmentPatch; reason: string | null; issues?: undefined } | { issues: OrderIssue[] } {
  if (hasTooManyItems(body)) return { issues: TOO_MANY_ITEMS };
  const parsed = amendmentBody.safeParse(body, { reportInput: true });
  if (!parsed.success) return { issues: parsed.error.issues.flatMap(issueOf).map(unamendable) };
  const { reason = null, ...patch } = parsed.data;
  return namesNothing(patch) ? { issues: [{ path: [], code: 'nothing_changes' }] } : { patch, reason };
}

const namesNothing = ({ customer, ...patch }: AmendmentPatch): boolean =>
  Object.keys(patch).length === 0 && Object.keys(customer ?? {}).length === 0;

/** What an order has, and an amendment may not touch, is told apart from what nobody knows. */
const unamendable = ({ path, code }: OrderIssue): OrderIssue =>
  code === 'unknown_field' && UNAMENDABLE.includes(path.join('/')) ? { path, code: 'not_amendable' } : { path, code };

const UNAMENDABLE = ['product_id', 'currency', 'metadata', 'customer/id'];

/** zod's issue -> path and a stable code of ours (see `src/api/messages`). */
export function issueOf(issue: z.core.$ZodIssue): OrderIssue[] {
  const path = [...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], code: 'unknown_field' }));
  if (issue.code === 'invalid_type') return [{ path, code: issue.input === undefined ? 'required' : 'wrong_type' }];
  if (issue.code === 'custom') return [{ path, code: String(issue.params?.code ?? 'invalid_format') }];
  return [{ path, code: issue.code === 'too_big' || issue.code === 'too_small' ? issue.code : 'invalid_format' }];
}
