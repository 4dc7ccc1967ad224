import fc from 'fast-check';
import { fingerprintOf } from '../../src/domain/fingerprint.ts';
import type { OrderRequest } from '../../src/domain/order.ts';
import { parseOrder } from '../../src/domain/order-schema.ts';
import { aBody, anItemsBody, type Body, shuffled } from '../support/any-order.ts';

const understood = (body: unknown): OrderRequest => {
  const { order, issues } = parseOrder(body);
  if (!order) throw new Error(JSON.stringify(issues));
  return order;
};
const overTheWire = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));

/** Where a path leads in a body: what is required is missing itself, but what it belongs to is there. */
const leads = (body: unknown, path: PropertyKey[], isMissing: boolean): boolean => {
  const [head, ...rest] = path;
  if (head === undefined) return true;
  if (typeof body !== 'object' || body === null) return false;
  if (!Object.hasOwn(body, head)) return isMissing && rest.length === 0;
  return leads((body as Record<PropertyKey, unknown>)[head], rest, isMissing);
};

/** JSON with more of an order's names in it than chance would bring. */
const names = fc.constantFrom(
  'product_id',
  'quantity',
  'amount',
  'items',
  'unit_amount',
  'customer',
  'metadata',
  '__proto__',
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof({ maxDepth: 4 }, fc.jsonValue({ maxDepth: 1 }), fc.double(), tie('list'), tie('object')),
  list: fc.array(tie('json'), { maxLength: 3 }),
  object: fc
    .array(fc.tuple(fc.oneof(names, fc.string()), tie('json')), { maxLength: 6 })
    .map((entries) => Object.fromEntries(entries)),
}));

/** A body that fits but for one field: where it is, and what is there instead. */
const spoilt = (): fc.Arbitrary<{ body: Body; path: PropertyKey[]; value: unknown }> => {
  const never = fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    0.5,
    1e308,
    [],
    {},
    '',
    'a\u0000',
    '\ud800',
    'x'.repeat(600),
  );
  return fc.tuple(aBody, never, fc.nat()).map(([body, value, at]) => {
    const paths = leavesOf(body);
    const path = paths[at % paths.length] as PropertyKey[];
    return { body: withValue(body, path, value), path, value };
  });
};
const leavesOf = (value: unknown, path: PropertyKey[] = []): PropertyKey[][] =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([key, each]) =>
        leavesOf(each, [...path, Array.isArray(value) ? Number(key) : key]),
      )
    : path.length > 0
      ? [path]
      : [];
const withValue = (body: Body, [head, ...rest]: PropertyKey[], value: unknown): Body => {
  const copy = (Array.isArray(body) ? [...body] : { ...body }) as Body;
  copy[head as string] = rest.length === 0 ? value : withValue(copy[head as string] as Body, rest, value);
  return copy;
};

describe('whatever JSON comes', () => {
  test('it is an order, or everything that is wrong with it is pointed at, and it is there', () => {
    fc.assert(
      fc.property(json, (body) => {
        const { order, issues } = parseOrder(body);
        expect(Boolean(order)).not.toBe(Boolean(issues?.length));
        for (const { path, code } of issues ?? [])
          expect([path, code, leads(body, path, code === 'required')]).toEqual([path, code, true]);
      }),
    );
  });

  test('a single field that spoils an order is the only one pointed at, or makes another of the same object not fit', () => {
    fc.assert(
      fc.property(spoilt(), ({ body, path, value }) => {
        const { issues = [] } = parseOrder(body);
        if (fitsNoField(value)) expect(issues.map((issue) => issue.path)).toContainEqual(path);
        for (const issue of issues) expect(startsLike(issue.path, path)).toBe(true);
      }),
    );
  });

  test('an order holds no control character, no half of a surrogate pair, and no number that is not a whole one', () => {
    fc.assert(
      fc.property(spoilt(), ({ body }) => {
        const { order } = parseOrder(body);
        for (const each of namesAndValuesIn(order ?? {})) expect([each, mayBeInAnOrder(each)]).toEqual([each, true]);
      }),
    );
  });
});

/** Where a body has text, a number, or nothing in an object. */
const fitsNoField = (value: unknown): boolean => value === true || value === null || Array.isArray(value);
const namesAndValuesIn = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, each]) => [name, ...namesAndValuesIn(each)])
    : [value];
const mayBeInAnOrder = (value: unknown): boolean => {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what an order must not hold
  if (typeof value === 'string') return !/[\u0000-\u001f]|\p{Surrogate}/u.test(value);
  return value === undefined;
};

/** The sum of the items is about all of them. */
const startsLike = (issue: PropertyKey[], path: PropertyKey[]) =>
  issue.every((part, index) => path[index] === part) || path.every((part, index) => issue[index] === part);

describe('any order', () => {
  test('is understood, with whole amounts within the limit', () => {
    fc.assert(
      fc.property(aBody, (body) => {
        const { items, amount } = understood(body);
        expect(Number.isSafeInteger(amount) && amount >= 1 && amount <= 1_000_000_000_000).toBe(true);
        expect(new Set(items.map(({ product_id }) => product_id)).size).toBe(items.length);
      }),
    );
  });

  test('of items costs their sum, whether that is said or not; said otherwise it is refused', () => {
    fc.assert(
      fc.property(anItemsBody, fc.integer({ min: 1, max: 1000 }), (body, more) => {
        const { items, amount } = understood(body);
        expect(amount).toBe(items.reduce((sum, { quantity, unit_amount = 0 }) => sum + quantity * unit_amount, 0));
        expect(understood({ ...body, amount })).toEqual(understood(body));
        expect(parseOrder({ ...body, amount: amount + more }).issues).toEqual([
          { path: ['amount'], code: 'amount_mismatch' },
        ]);
      }),
    );
  });

  test('is the same after another trip over the wire', () => {
    fc.assert(fc.property(aBody, (body) => expect(understood(overTheWire(body))).toEqual(understood(body))));
  });
});

describe('the fingerprint of any order', () => {
  test('does not depend on the order of keys, at any depth', () => {
    const pair = aBody.chain((body) => fc.tuple(fc.constant(body), shuffled(body)));
    fc.assert(
      fc.property(pair, ([body, other]) =>
        expect(fingerprintOf(understood(other))).toBe(fingerprintOf(understood(body))),
      ),
    );
  });

  test('is the same for two orders only if they are the same order', () => {
    const pair = fc.oneof(
      fc.tuple(aBody, aBody),
      fc.tuple(
        aBody,
        spoilt().map(({ body }) => body),
      ),
    );
    fc.assert(
      fc.property(pair, ([one, other]) => {
        const orders = [parseOrder(one).order, parseOrder(other).order];
        fc.pre(orders.every(Boolean));
        const [a, b] = orders as [OrderRequest, OrderRequest];
        expect(fingerprintOf(a) === fingerprintOf(b)).toBe(sorted(a) === sorted(b));
      }),
    );
  });
});

/** Independent of the canonical form under test: entries, sorted, all the way down. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, each) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1))
      : each,
  );
