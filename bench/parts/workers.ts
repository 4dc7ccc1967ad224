import { countOwnCores } from '../load/own-cores.ts';
import { postOrders } from '../load/post-orders.ts';
import { Field } from '../machine/field.ts';
import { DURABLE_ORDERS } from '../peers/contestants.ts';
import { figure, spread } from '../report/spread.ts';
import { alternating } from './alternating.ts';
import { carried } from './carried.ts';
import { atLeast, type BenchPart, type Circumstances, ratios } from './part.ts';

/** So few orders at once that neither the server nor the machine is full: each is in flight for some 550 ms, which makes seven a second. */
const MAX_IN_FLIGHT = '4';
const CREWS = ['1', '2'] as const;

/** Whether a second worker takes its share while the server has room. */
export const workers: BenchPart = {
  name: 'workers',
  title: `One worker and two, ${MAX_IN_FLIGHT} orders in flight each, services at their usual speed`,
  async run(circumstances) {
    const raw = await alternating(CREWS, circumstances.rounds, (crew, round) => measure(circumstances, crew, round));
    const rates = (crew: (typeof CREWS)[number]) => raw[crew].map(({ rate }) => rate);
    return {
      raw,
      tables: [
        {
          title: this.title,
          columns: ['workers', 'orders/s', 'generator cores'],
          rows: CREWS.map((crew) => [
            crew,
            ...(['rate', 'generatorCores'] as const).map((key) => spread(raw[crew].map((each) => each[key]))),
          ]),
        },
      ],
      goals: [
        atLeast(
          '11',
          `two workers ÷ one, while the server has room (${MAX_IN_FLIGHT} orders in flight each)`,
          ratios(rates('2'), rates('1')),
          1.7,
        ),
      ],
    };
  },
};

async function measure({ ground, quick, say }: Circumstances, crew: (typeof CREWS)[number], round: number) {
  const settings = { MAX_IN_FLIGHT };
  await using field = await Field.lay(ground, DURABLE_ORDERS, {
    latencies: 'usual',
    carrying: true,
    workers: Number(crew),
    settings,
  });
  const [first, last] = quick ? [10, 40] : [30, 180];
  const generatorCores = countOwnCores();
  await postOrders(field.url, last + 30);
  const startedAt = await when(field, first);
  const endedAt = await when(field, last);
  const rate = (last - first) / ((endedAt - startedAt) / 1000);
  say(`workers, round ${round}: ${crew}: ${figure(rate)}/s`);
  return { rate, generatorCores: generatorCores() };
}

/** @returns when so many orders were through, with neither the first, slow ones nor the last, few ones in it */
async function when(field: Field, count: number): Promise<number> {
  await carried(field, count, 20);
  return performance.now();
}
