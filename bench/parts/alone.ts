import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { countOwnCores } from '../load/own-cores.ts';
import { JsonClient } from '../load/post-json.ts';
import { postOrder } from '../load/post-orders.ts';
import { Field } from '../machine/field.ts';
import { LATENCIES } from '../machine/services.ts';
import { DURABLE_ORDERS } from '../peers/contestants.ts';
import { figure, meanOf, medianOf, spread } from '../report/spread.ts';
import { alternating } from './alternating.ts';
import { atMost, type BenchPart, type Circumstances } from './part.ts';

/** What the services are told to take, without their own transactions. */
const NOMINAL_MS = LATENCIES.usual.inventory + LATENCIES.usual.payment;
const DEADLINE_MS = 20_000;
const UNCOUNTED = 3;
const BOUND_MS = 25;

/** How far an order had come, in milliseconds from when it was accepted. */
interface Milestones {
  dispatchedMs: number;
  deductedMs: number;
  paidMs: number;
  confirmedMs: number;
}

/** An order, and right after it the two calls that its confirmation waits for, made by nobody but a client. */
interface Pair extends Milestones {
  /** The first of the two. */
  directDeductMs: number;
  directMs: number;
}

/** One order at a time: what is added to the services' own time between the 201 and the confirmation. */
export const alone: BenchPart = {
  name: 'alone',
  title: 'One order at a time: what is added to the services’ own time until it is confirmed',
  async run(circumstances) {
    const { rounds } = await alternating(['rounds'], circumstances.rounds, (_, round) => measure(circumstances, round));
    const row = (name: string, read: (pair: Pair) => number) => [
      name,
      ...[meanOf, medianOf, (all: number[]) => Math.max(...all)].map((of) =>
        spread(rounds.map(({ pairs }) => of(pairs.map(read)))),
      ),
    ];
    const medians = (read: (pair: Pair) => number) => rounds.map(({ pairs }) => medianOf(pairs.map(read)));
    return {
      raw: rounds,
      tables: [
        {
          title: this.title,
          columns: ['', 'mean ms', 'median ms', 'slowest ms'],
          rows: [
            row('accepted to: its start noted', ({ dispatchedMs }) => dispatchedMs),
            row('accepted to: stock deducted', ({ deductedMs }) => deductedMs),
            row('accepted to: paid', ({ paidMs }) => paidMs),
            row('accepted to: confirmed', ({ confirmedMs }) => confirmedMs),
            row('the first call, made directly', ({ directDeductMs }) => directDeductMs),
            row('the two calls, made directly', ({ directMs }) => directMs),
            row('added to the calls made directly', added),
            row(`added to the nominal ${NOMINAL_MS} ms`, addedToNominal),
          ],
          note: `An order, then the calls (deduct, pay) one after the other to the same services, in turn. Its start is noted while its first call is under way. Times are by the database's clock: accepted, noted and confirmed are the beginnings of their transactions, deducted and paid the moments of their entries in the ledgers. Client: ${spread(rounds.map(({ generatorCores }) => generatorCores))} cores.`,
        },
      ],
      goals: [
        atMost(
          '6',
          'time from 201 to confirmed − time of the same calls made directly, median, ms',
          medians(added),
          BOUND_MS,
        ),
        atMost(
          '6-nominal',
          `time from 201 to confirmed − the services’ nominal ${NOMINAL_MS} ms, median, ms`,
          medians(addedToNominal),
          BOUND_MS,
        ),
      ],
    };
  },
};

const added = ({ confirmedMs, directMs }: Pair): number => confirmedMs - directMs;
const addedToNominal = ({ confirmedMs }: Pair): number => confirmedMs - NOMINAL_MS;

async function measure({ ground, quick, say }: Circumstances, round: number) {
  await using field = await Field.lay(ground, DURABLE_ORDERS, { latencies: 'usual', carrying: true });
  const direct = directCalls(field.services.urls);
  const pairs: Pair[] = [];
  const generatorCores = countOwnCores();
  for (let order = 0; order < UNCOUNTED + (quick ? 5 : 22); order++)
    pairs.push({ ...(await milestonesOf(field)), ...(await direct()) });
  const counted = pairs.slice(UNCOUNTED); // what is hot is compiled by then
  say(`alone, round ${round}: ${figure(medianOf(counted.map(added)))} ms added`);
  return { pairs: counted, generatorCores: generatorCores() };
}

/** By the times in the databases, which the client does not have to be quick to see. */
async function milestonesOf({ url, database, services }: Field): Promise<Milestones> {
  const client = new JsonClient(url, 1);
  const id = await postOrder(client).finally(() => client.close());
  const deadline = performance.now() + DEADLINE_MS;
  while (performance.now() < deadline) {
    await pause(100);
    const response = await fetch(`${url}/api/orders/${id}`);
    const order = (await response.json()) as { accepted_at: string; settled_at: string | null };
    if (!order.settled_at) continue;
    const since = Date.parse(order.accepted_at);
    return {
      dispatchedMs: (await database.dispatchedAt(id)) - since,
      deductedMs: (await services.effectAt('inventory', id)) - since,
      paidMs: (await services.effectAt('payment', id)) - since,
      confirmedMs: Date.parse(order.settled_at) - since,
    };
  }
  throw new Error(`${id} was not settled`);
}

/** The calls of an order up to its confirmation, as the contestants make them, over connections that are kept. */
function directCalls(
  urls: Record<'inventory' | 'payment', string>,
): () => Promise<Pick<Pair, 'directDeductMs' | 'directMs'>> {
  const [inventory, payment] = [new JsonClient(urls.inventory, 1), new JsonClient(urls.payment, 1)];
  return async () => {
    const order_id = randomUUID();
    const deduct = { product_id: 'sku-1', quantity: 1 };
    const pay = { order_id, amount: 4200, currency: 'EUR', payment_method: 'pm_card' };
    const key = (step: string) => ({ 'Idempotency-Key': `${order_id}:${step}` });
    const started = performance.now();
    await inventory.post(inventory.prepare('/deduct', JSON.stringify(deduct), key('deduct')));
    const directDeductMs = performance.now() - started;
    await payment.post(payment.prepare('/pay', JSON.stringify(pay), key('pay')));
    return { directDeductMs, directMs: performance.now() - started };
  };
}
