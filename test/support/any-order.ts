import fc from 'fast-check';

/** What an order's texts may hold: anything but control characters and halves of surrogate pairs. */
const text = (maxLength: number, minLength = 1) =>
  fc
    .string({ unit: 'grapheme', minLength, maxLength })
    .filter((value) => value.length <= maxLength && value.length >= minLength)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what an order must not hold
    .filter((value) => !/[\u0000-\u001f\u007f]/.test(value));

const quantity = fc.integer({ min: 1, max: 1_000_000 });

const common = {
  currency: fc.constantFrom('EUR', 'CHF', 'JPY', 'USD'),
  payment_method: text(100),
  customer: fc.record(
    {
      id: text(100),
      email: fc.constantFrom('a@example.com', 'b.c@example.org'),
      locale: fc.constantFrom('en', 'zh-CN'),
    },
    { requiredKeys: [] },
  ),
  metadata: fc.dictionary(
    text(40).filter((name) => name !== '__proto__'), // refused
    text(500),
    { maxKeys: 5, noNullPrototype: true },
  ),
};

export type Body = Record<string, unknown>;

export const aSingleProductBody: fc.Arbitrary<Body> = fc.record(
  { product_id: text(100), quantity, amount: fc.integer({ min: 1, max: 1_000_000_000_000 }), ...common },
  { requiredKeys: ['product_id', 'quantity', 'amount'] },
);

const items = fc.uniqueArray(
  fc.record({ product_id: text(20), quantity, unit_amount: fc.integer({ min: 1, max: 10_000 }) }),
  { minLength: 1, maxLength: 8, selector: ({ product_id }) => product_id },
);

export const anItemsBody: fc.Arbitrary<Body> = fc.record({ items, ...common }, { requiredKeys: ['items'] });

/** Any body that fits. */
export const aBody = fc.oneof(aSingleProductBody, anItemsBody);

/** The same object with its keys, and those inside, in another order. */
export const shuffled = (value: unknown): fc.Arbitrary<unknown> => {
  if (Array.isArray(value)) return fc.tuple(...value.map(shuffled));
  if (typeof value !== 'object' || value === null) return fc.constant(value);
  const entries = Object.entries(value);
  return fc
    .tuple(
      fc.shuffledSubarray(entries, { minLength: entries.length }),
      fc.tuple(...entries.map(([, each]) => shuffled(each))),
    )
    .map(([order, values]) => {
      const shuffledValues = new Map(entries.map(([name], index) => [name, values[index]]));
      return Object.fromEntries(order.map(([name]) => [name, shuffledValues.get(name)]));
    });
};
