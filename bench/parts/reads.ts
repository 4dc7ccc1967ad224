import { countOwnCores } from '../load/own-cores.ts';
import { Field } from '../machine/field.ts';
import { DURABLE_ORDERS } from '../peers/contestants.ts';
import { medianOf, spread } from '../report/spread.ts';
import { alternating } from './alternating.ts';
import { atMost, type BenchPart, type Circumstances, ratios, worstOf } from './part.ts';
import { fillOrders } from './stored-orders.ts';

/** So many at least that a page of what is held is full. */
const SIZES = ['10000', '1000000'] as const;
const QUICK_SIZES = ['10000', '50000'] as const;
/** By then what answers is compiled, with few orders as with many. */
const HOT = { quick: 50, full: 500 };

/** What operators and clients read, with few orders stored and with many. Each address is asked by one client, in turn; another order every time, and the page after it. */
export const reads: BenchPart = {
  name: 'reads',
  title: 'Reading with few and with many orders stored',
  async run(circumstances) {
    const sizes = circumstances.quick ? QUICK_SIZES : SIZES;
    const raw = await alternating(sizes, circumstances.quick ? 1 : circumstances.rounds, (size, round) =>
      measure(circumstances, size, round),
    );
    const all = raw as Record<string, Awaited<ReturnType<typeof measure>>[]>;
    const paths = Object.keys(all[sizes[0]]?.[0]?.medians ?? {});
    const of = (size: string, path: string) => all[size]?.map(({ medians }) => medians[path] ?? NaN) ?? [];
    const ratio = (path: string) => ratios(of(sizes[1], path), of(sizes[0], path));
    const worst = worstOf(paths.map(ratio));
    return {
      raw,
      tables: [
        {
          title: this.title,
          columns: ['median ms', ...sizes.map((size) => `${Number(size).toLocaleString('en')} orders`), 'ratio'],
          rows: paths.map((path) => [path, ...sizes.map((size) => spread(of(size, path))), spread(ratio(path))]),
          note: `The client: ${spread(Object.values(all).flatMap((each) => each.map(({ clientCores }) => clientCores)))} cores.`,
        },
      ],
      goals: [
        atMost(
          '10',
          `list, one order, failure groups with ${Number(sizes[1]).toLocaleString('en')} orders ÷ with ${Number(sizes[0]).toLocaleString('en')}, worst`,
          worst,
          1.5,
        ),
      ],
    };
  },
};

async function measure({ ground, quick, say }: Circumstances, size: string, round: number) {
  await using field = await Field.lay(ground, DURABLE_ORDERS, { latencies: 'none', carrying: false });
  const hot = quick ? HOT.quick : HOT.full;
  const turns = hot + (quick ? 50 : 300);
  const ids = await fillOrders(field.database, Number(size), turns);
  const paths = (turn: number) => ({
    'GET /api/orders': '/api/orders',
    'GET /api/orders?status=confirmed': '/api/orders?status=confirmed',
    'GET /api/orders?status=held&failure_code=…': '/api/orders?status=held&failure_code=service_timeout',
    'GET /api/orders?cursor=…': `/api/orders?cursor=${ids[turn]}`,
    'GET /api/orders?status=held&failure_code=…&cursor=…': `/api/orders?status=held&failure_code=service_timeout&cursor=${ids[turn]}`,
    'GET /api/orders/{id}': `/api/orders/${ids[turn]}`,
    'GET /api/failures': '/api/failures',
  });
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(paths(0)).map((name) => [name, []]));
  const clientCores = countOwnCores();
  for (let turn = 0; turn < turns; turn++)
    for (const [name, path] of Object.entries(paths(turn))) {
      const started = performance.now();
      const response = await fetch(field.url + path);
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      if (turn >= hot) times[name]?.push(performance.now() - started);
    }
  say(`reads, round ${round}: with ${Number(size).toLocaleString('en')} orders`);
  const medians = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, medianOf(all)]));
  return { medians, clientCores: clientCores() };
}
