import { countOwnCores } from '../load/own-cores.ts';
import { postOrders } from '../load/post-orders.ts';
import { Field } from '../machine/field.ts';
import { DURABLE_ORDERS } from '../peers/contestants.ts';
import { figure, spread } from '../report/spread.ts';
import { alternating } from './alternating.ts';
import { carried } from './carried.ts';
import { atLeast, type BenchPart, type Circumstances, ratios } from './part.ts';

/** `MAX_IN_FLIGHT` of each worker. An order is in flight for some 550 ms: four make seven a second, eight fourteen, and with the default it is the machine that is full. */
const IN_FLIGHT = ['4', '8', '180'] as const;
/** Of which the goal is: enough to be work, and room for a second one. */
const ROOMY = '8';
type Crew = `${'1' | '2'} × ${(typeof IN_FLIGHT)[number]}`;
const CREWS = IN_FLIGHT.flatMap((inFlight): Crew[] => [`1 × ${inFlight}`, `2 × ${inFlight}`]);

/** Whether a second worker takes its share while the server has room. */
export const workers: BenchPart = {
  name: 'workers',
  title: 'One worker and two, services at their usual speed',
  async run(circumstances) {
    const raw = await alternating(CREWS, circumstances.rounds, (crew, round) => measure(circumstances, crew, round));
    const rates = (crew: Crew) => raw[crew].map(({ rate }) => rate);
    const added = (inFlight: (typeof IN_FLIGHT)[number]) => ratios(rates(`2 × ${inFlight}`), rates(`1 × ${inFlight}`));
    return {
      raw,
      tables: [
        {
          title: this.title,
          columns: [
            'in flight at most, each',
            'one: orders/s',
            'two: orders/s',
            'two ÷ one',
            'generator cores with two',
          ],
          rows: IN_FLIGHT.map((inFlight) => [
            inFlight,
            ...[rates(`1 × ${inFlight}`), rates(`2 × ${inFlight}`), added(inFlight)].map(spread),
            spread(raw[`2 × ${inFlight}`].map(({ generatorCores }) => generatorCores)),
          ]),
        },
      ],
      goals: [
        atLeast(
          '11',
          `two workers ÷ one, while the server has room (${ROOMY} orders in flight each)`,
          added(ROOMY),
          1.7,
        ),
      ],
    };
  },
};

async function measure({ ground, quick, say }: Circumstances, crew: Crew, round: number) {
  const [workers, maxInFlight] = crew.split(' × ') as [string, string];
  const settings = { MAX_IN_FLIGHT: maxInFlight };
  await using field = await Field.lay(ground, DURABLE_ORDERS, {
    latencies: 'usual',
    carrying: true,
    workers: Number(workers),
    settings,
  });
  // As many before and after what counts as are in flight, so that it is full all the time.
  const [around, count] = [Math.max(30, Number(maxInFlight)), quick ? 30 : 150];
  const [first, last] = [around, around + count * Math.ceil(around / 90)];
  const generatorCores = countOwnCores();
  await postOrders(field.url, last + around);
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
