import { saturate } from '../load/wrk.ts';
import { Field } from '../machine/field.ts';
import { DURABLE_ORDERS } from '../peers/contestants.ts';
import { figure, medianOf, spread } from '../report/spread.ts';
import { alternating } from './alternating.ts';
import { atLeast, type BenchPart, type Circumstances } from './part.ts';

/** Clients that ask again as soon as they are answered, until more of them bring no more. */
const CLIENTS = [8, 16, 32, 64, 128, 256, 512];
const ENOUGH = 0.95;
/** So many that most of them find the queue full. */
const FLOOD = 2000;
const SHORT_QUEUE = 500;

/**
 * Twice the load that saturates: what is taken must not collapse, and what was answered 201 must be there. Load is the number of
 * clients that ask at once: one that sends at a rate of its own would need more processor than what it is to overload. And a flood:
 * clients that are refused and come back at once, without the pause that Retry-After asks for.
 */
export const overload: BenchPart = {
  name: 'overload',
  title: 'Twice the saturating load, and a flood',
  async run(circumstances) {
    const { twice, flood } = await alternating(['twice', 'flood'] as const, circumstances.rounds, (kind, round) =>
      measure(circumstances, kind, round),
    );
    const share = medianOf(twice.map(({ peak, taken }) => taken / peak));
    const lost = [...twice, ...flood].reduce((total, each) => total + Math.max(0, each.acknowledged - each.stored), 0);
    const row = (title: string, raw: Overloaded[]) => [
      title,
      ...(['peak', 'saturating', 'clients', 'taken', 'refused', 'p99'] as const).map((key) =>
        spread(raw.map((each) => each[key])),
      ),
    ];
    return {
      raw: { twice, flood },
      tables: [
        {
          title: this.title,
          columns: ['', 'peak/s', 'clients that saturate', 'clients', 'taken/s', 'refused/s', 'p99 ms'],
          rows: [row('twice', twice), row(`flood of a queue for ${SHORT_QUEUE}`, flood)],
        },
      ],
      goals: [
        atLeast('9', 'goodput with twice the clients that saturate ÷ peak', share, 0.9),
        {
          id: '9-lost',
          what: 'acknowledged orders that are lost, flooded or not',
          value: lost,
          goal: '= 0',
          met: lost === 0,
        },
      ],
    };
  },
};

type Overloaded = Awaited<ReturnType<typeof measure>>;

async function measure({ ground, quick, say }: Circumstances, kind: 'twice' | 'flood', round: number) {
  const settings: Record<string, string> = kind === 'flood' ? { INTAKE_QUEUE: `${SHORT_QUEUE}` } : {};
  await using field = await Field.lay(ground, DURABLE_ORDERS, { latencies: 'none', carrying: false, settings });
  const seconds = quick ? 1 : 3;
  await saturate(field.url, { seconds: 2, connections: 64 });
  const { peak, saturating } = await findPeak(field.url, seconds);
  const clients = kind === 'flood' ? FLOOD : saturating * 2;
  const before = await field.database.count('orders');
  const beyond = await saturate(field.url, { seconds: seconds * 2, connections: clients });
  const stored = (await field.database.count('orders')) - before;
  const [taken, refused] = [beyond.rate, beyond.refused / (seconds * 2)];
  say(`overload, round ${round}: peak ${figure(peak)}/s, ${clients} clients: ${figure(taken)}/s taken`);
  return { peak, saturating, clients, taken, refused, p99: beyond.p99, acknowledged: beyond.accepted, stored };
}

async function findPeak(url: string, seconds: number): Promise<{ peak: number; saturating: number }> {
  const rates: number[] = [];
  for (const connections of CLIENTS) rates.push((await saturate(url, { seconds, connections })).rate);
  const peak = Math.max(...rates);
  return { peak, saturating: CLIENTS[rates.findIndex((rate) => rate >= peak * ENOUGH)] as number };
}
