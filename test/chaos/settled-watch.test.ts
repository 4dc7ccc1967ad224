import type { ShownOrder } from '../../chaos/judge/evidence.ts';
import { SettledWatch } from '../../chaos/operate/settled-watch.ts';
import { order } from './evidence-builder.ts';

const idOf = (count: number) => `019ab000-0000-7000-8000-${count.toString(16).padStart(12, '0')}`;
const SETTLED_AT = order().settled_at;

/** What an API with these orders shows; `asked` are the orders back to which somebody wanted to see. */
function apiWith(orders: ShownOrder[]) {
  const asked: string[] = [];
  const shown = (status: string) =>
    orders.filter((each) => each.status === status).toSorted((one, other) => (one.order_id < other.order_id ? 1 : -1));
  return {
    asked,
    newest: async (status: string) => shown(status).slice(0, 200),
    backTo: async (oldest: string, status: string) => {
      asked.push(oldest);
      return shown(status).filter(({ order_id }, n) => n < 200 || order_id >= oldest);
    },
  };
}
const orders = (count: number): ShownOrder[] => Array.from({ length: count }, (_, n) => order({ order_id: idOf(n) }));
const postedOf = (all: ShownOrder[]) => all.map(({ order_id }) => ({ orderId: order_id }));

const lookFiveTimes = async (watch: SettledWatch) => {
  for (let n = 0; n < 5; n += 1) await watch.look();
};

test('an order that settles behind a thousand later ones is seen settled', async () => {
  const all = orders(1000);
  const [late] = all as [ShownOrder];
  late.status = 'processing';
  const watch = new SettledWatch(apiWith(all), postedOf(all));
  await watch.look();
  expect([watch.seen.size, watch.seen.has(late.order_id)]).toEqual([999, false]);
  late.status = 'rejected';
  await lookFiveTimes(watch);
  expect(watch.seen.get(late.order_id)).toMatchObject({ status: 'rejected', settledAt: SETTLED_AT });
});

test('an order is kept as it was first seen', async () => {
  const all = orders(1);
  const watch = new SettledWatch(apiWith(all), [...postedOf(all), { orderId: idOf(7) }]);
  await watch.look();
  Object.assign(all[0] as ShownOrder, { status: 'cancelled' });
  await watch.look();
  expect(watch.seen.get(idOf(0))).toMatchObject({ status: 'confirmed' });
});

test.each(['held', 'failed'])('one that was settled and is %s afterwards has relapsed', async (status) => {
  const all = orders(1);
  const watch = new SettledWatch(apiWith(all), postedOf(all));
  await watch.look();
  Object.assign(all[0] as ShownOrder, { status, settled_at: null });
  await watch.look();
  expect(watch.relapsed.get(idOf(0))).toMatchObject({ status, settledAt: null });
});

test('it looks back no further than it has to, and now and then only', async () => {
  const all = orders(3);
  Object.assign(all[0] as ShownOrder, { status: 'held' });
  Object.assign(all[2] as ShownOrder, { status: 'processing' });
  const api = apiWith(all);
  const watch = new SettledWatch(api, [...postedOf(all), { orderId: undefined }]);
  await lookFiveTimes(watch);
  await watch.look();
  const threeTimes = (what: string) => Array(3).fill(what);
  expect(api.asked).toEqual([idOf(1), 'z', 'z', 'z', 'z', idOf(2)].flatMap(threeTimes));
});
