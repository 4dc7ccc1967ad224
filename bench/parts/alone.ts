import { setTimeout as pause } from 'node:timers/promises';
import { postOrder } from '../load/post-orders.ts';
import { Field } from '../machine/field.ts';
import { LATENCIES } from '../machine/services.ts';
import { DURABLE_ORDERS } from '../peers/contestants.ts';
import { figure, medianOf, spread } from '../report/spread.ts';
import { alternating } from './alternating.ts';
import { atMost, type BenchPart, type Circumstances } from './part.ts';

/** Nominal: what the services' own transactions take on top counts as ours. */
const BEFORE_CONFIRMING_MS = LATENCIES.usual.inventory + LATENCIES.usual.payment;
const DEADLINE_MS = 20_000;

/** One order at a time: what is added to the services' own time between the 201 and the confirmation. */
export const alone: BenchPart = {
  name: 'alone',
  title: 'One order at a time: what is added to the services’ own time until it is confirmed',
  async run(circumstances) {
    const { confirmed } = await alternating(['confirmed'], circumstances.rounds, (_, round) =>
      measure(circumstances, round),
    );
    const medians = confirmed.map(medianOf);
    return {
      raw: confirmed,
      tables: [
        {
          title: this.title,
          columns: ['', 'median ms', 'slowest ms'],
          rows: [['accepted to confirmed − 500 ms', spread(medians), spread(confirmed.map((all) => Math.max(...all)))]],
        },
      ],
      goals: [atMost('6', 'time from 201 to confirmed − the services’ own time, median, ms', medianOf(medians), 25)],
    };
  },
};

async function measure({ ground, quick, say }: Circumstances, round: number): Promise<number[]> {
  await using field = await Field.lay(ground, DURABLE_ORDERS, { latencies: 'usual', carrying: true });
  const added: number[] = [];
  for (let order = 0; order < (quick ? 8 : 25); order++) added.push(await addedTime(field.url));
  const counted = added.slice(3); // what is hot is compiled by then
  say(`alone, round ${round}: ${figure(medianOf(counted))} ms added`);
  return counted;
}

/** By the times in the database, which the client does not have to be quick to see. */
async function addedTime(url: string): Promise<number> {
  const id = await postOrder(url);
  const deadline = performance.now() + DEADLINE_MS;
  while (performance.now() < deadline) {
    await pause(100);
    const response = await fetch(`${url}/api/orders/${id}`);
    const order = (await response.json()) as { accepted_at: string; settled_at: string | null };
    if (order.settled_at) return Date.parse(order.settled_at) - Date.parse(order.accepted_at) - BEFORE_CONFIRMING_MS;
  }
  throw new Error(`${id} was not settled`);
}
