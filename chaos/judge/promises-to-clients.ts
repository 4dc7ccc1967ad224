import { isDeepStrictEqual } from 'node:util';
import { amountOf, currencyOf, linesOf } from '../load/order-body.ts';
import { cancelAnswer, type Posted } from '../load/posted.ts';
import type { Entry, Evidence, ShownOrder, Span } from './evidence.ts';
import { unless, type Violation } from './violation.ts';

/** What was answered 201 exists, and nothing else does. */
export function nothingLost({ posted, orders, ledger }: Evidence): Violation[] {
  const known = new Set(orders.map(({ order_id }) => order_id));
  const promised = new Set(posted.flatMap(({ attempts }) => attempts.flatMap(({ orderId }) => orderId ?? [])));
  const missed = posted.filter(({ attempts }) =>
    attempts.some(({ what, status }) => what === 'look' && status === 404),
  );
  const served = new Set(ledger.map(({ order_id }: Entry) => order_id));
  const exists = (why: string) => (orderId: string) =>
    unless(known.has(orderId), 'accepted order is lost', orderId, `${why}, and there is no such order`);
  return [
    ...[...promised].flatMap(exists('it was answered 201')),
    ...missed.flatMap(({ orderId }) =>
      unless(false, 'accepted order is lost', orderId, 'it was answered 201, and then there was no such order'),
    ),
    ...[...served].filter((id) => !promised.has(id)).flatMap(exists('the services have done something for it')),
  ];
}

/** Same key, same order; same key and another order, none. */
export function keysKept({ key, attempts, orderId }: Posted): Violation[] {
  const posts = attempts.filter(({ what }) => what === 'post' || what === 'repeat');
  const ids = new Set(posts.flatMap((attempt) => attempt.orderId ?? []));
  const refused = posts.find(({ status }) => status === 422);
  const conflict = attempts.find(({ what, status }) => what === 'conflict' && status === 201);
  return [
    ...unless(ids.size <= 1, 'one key, two orders', orderId, `${key} was answered with ${[...ids].join(' and ')}`),
    ...unless(!refused, 'one key, two orders', orderId, `${key} and the same order: answered 422 ${refused?.why}`),
    ...unless(!conflict, 'a used key was taken for another order', orderId, `${key} and another order: answered 201`),
  ];
}

/** The key is in each order's metadata, so that orders show which nobody was told of. */
export const oneOrderPerKey = (orders: ShownOrder[]): Violation[] =>
  [...Map.groupBy(orders, ({ metadata, order_id }) => metadata?.key ?? order_id)].flatMap(([key, those]) => {
    const ids = those.map(({ order_id }) => order_id);
    return unless(ids.length === 1, 'one key, two orders', ids[0], `${key} has made ${ids.join(' and ')}`);
  });

/** The order is the one that was posted, and ended in a way that somebody or something has asked for. */
export function asPosted(order: ShownOrder, posted: Posted | undefined, refusing: Span[]): Violation[] {
  const { order_id, status, failure } = order;
  if (!posted) return unless(false, 'order differs from what was posted', order_id, 'nobody has posted it');
  const { kind } = posted;
  const isRefusal = ['out_of_stock', 'card_declined', 'refused'].includes(failure?.code ?? '');
  const isRefusable = REFUSABLE.includes(kind) || refusing.some((span) => wasUnderWay(order, span));
  const why = `it is ${status}, was posted as ${kind}, and failed with ${failure?.code} at ${failure?.step}: ${failure?.detail}`;
  const wasToBeCancelled = cancelAnswer(posted) === 202;
  return [
    ...unless(isSame(order, posted), 'order differs from what was posted', order_id, shownAs(order)),
    ...unless(status !== 'rejected' || (isRefusable && isRefusal), 'ended without a cause', order_id, why),
    ...unless(status !== 'cancelled' || kind === 'cancelled', 'ended without a cause', order_id, why),
    ...unless(status !== 'confirmed' || !REFUSED.includes(kind), 'ended without a cause', order_id, why),
    ...unless(
      status !== 'confirmed' || !wasToBeCancelled,
      'cancellation was ignored',
      order_id,
      'its cancellation was answered 202, and it is confirmed',
    ),
  ];
}

const wasUnderWay = ({ accepted_at, settled_at }: ShownOrder, { from, to }: Span): boolean =>
  Date.parse(accepted_at) < to && (settled_at === null || Date.parse(settled_at) > from);

const REFUSED: Posted['kind'][] = ['sold out', 'declined'];
const REFUSABLE: Posted['kind'][] = [...REFUSED, 'limited stock'];

/** As far as the API shows it; customer and payment method it keeps to itself. */
const isSame = ({ items, amount, currency, metadata }: ShownOrder, { body }: Posted): boolean =>
  amount === amountOf(body) &&
  currency === currencyOf(body) &&
  isDeepStrictEqual(metadata, body.metadata) &&
  isDeepStrictEqual(items, linesOf(body));

const shownAs = ({ items, amount, currency }: ShownOrder): string => `${JSON.stringify(items)}, ${amount} ${currency}`;
