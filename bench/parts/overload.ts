import { setTimeout as pause } from 'node:timers/promises';
import { saturatingClients } from '../load/saturating-clients.ts';
import type { Saturation } from '../load/wrk.ts';
import { takenUp } from '../machine/connections.ts';
import { Field } from '../machine/field.ts';
import { DURABLE_ORDERS } from '../peers/contestants.ts';
import { figure, medianOf, spread } from '../report/spread.ts';
import { Acknowledged, type LookedUp } from './acknowledged.ts';
import { alternating } from './alternating.ts';
import { atLeast, type BenchPart, type Circumstances, type Goal } from './part.ts';

/** Up to so many that twice as many are taken up early in a turn: Node takes up one in each iteration of its event loop. */
const CLIENTS = [64, 128, 256, 512];
const QUICK_CLIENTS = [64, 128];
/** The share of the clients that is to be taken up when a quarter of a turn is over: where fewer are, the load was not there. */
const PRESENT = 0.75;
/** The peak is measured again beside what is compared with it: the best of many noisy measurements is more than it is. */
const TURNS = 3;
/** Far more than a short queue, and the two groups that are committed meanwhile, can hold: many are refused. */
export const FLOOD = 2000;
export const SHORT_QUEUE = 100;
/** Fewer than the short queue and its groups hold: none of them is refused. */
const UNREFUSED = [64, 256];

/**
 * Twice the load that saturates: what is taken must not collapse, and every order that was answered 201 must be there, looked up by the id
 * in its answer. Load is the number of
 * clients that ask at once: one that sends at a rate of its own would need more processor than what it is to overload. And a flood:
 * clients that are refused and come back at once, without the pause that Retry-After asks for.
 */
export const overload: BenchPart = {
  name: 'overload',
  title: 'Twice the saturating load, and a flood',
  async run(circumstances) {
    const kinds = circumstances.quick ? (['twice'] as const) : (['twice', 'flood'] as const);
    const raw = await alternating(kinds, circumstances.rounds, (kind, round) => measure(circumstances, kind, round));
    const { twice, flood = [] } = raw as { twice: Overloaded[]; flood?: Overloaded[] };
    // The most of the round, whichever load brought it: a short queue may cost something itself, and a look at how many clients saturate may be mistaken.
    const mostIn = (round: number) =>
      Math.max(...[twice[round], flood[round]].flatMap((each) => (each ? [each.peak, each.taken] : [])));
    const shareOf = ({ taken, present, clients }: Overloaded, round: number) =>
      present < PRESENT * clients ? NaN : taken / mostIn(round);
    const shares = twice.map(shareOf);
    // Where nobody is refused there was no flood.
    const floodShares = flood.map((each, round) => (each.refused > 0 ? shareOf(each, round) : NaN));
    const row = (title: string, raw: Overloaded[]) => [
      title,
      ...(
        ['peak', 'saturating', 'clients', 'present', 'taken', 'refused', 'mean', 'p99', 'generatorCores'] as const
      ).map((key) => spread(raw.map((each) => each[key]))),
    ];
    return {
      raw: { twice, flood },
      tables: [
        {
          title: this.title,
          columns: [
            ...['', 'peak/s', 'clients that saturate', 'clients', 'of whom taken up', 'taken/s', 'refused/s'],
            ...['mean ms', 'p99 ms', 'generator cores'],
          ],
          rows: [row('twice', twice), ...(flood.length > 0 ? [row(`flood of a queue for ${SHORT_QUEUE}`, flood)] : [])],
          note: 'Shares are of the most that any of these loads brought in the round, and so never more than 1. Of whom taken up: by the API, a quarter of a turn after it began; nothing is told of a load of which fewer than three quarters are. The generator keeps the id of every 201, at the peak too: that costs it processor time, and both of them some orders a second. Times are those of all answers, refusals too, as wrk tells them.',
        },
      ],
      goals: [
        atLeast('9', 'goodput with twice the clients that saturate, no worker beside it ÷ peak', shares, 0.9),
        ...(flood.length > 0
          ? [
              atLeast(
                '9-flood',
                `goodput with ${FLOOD} clients of which many are refused and come back at once ÷ peak`,
                floodShares,
                0.9,
              ),
            ]
          : []),
        noneLost([...twice, ...flood]),
      ],
    };
  },
};

/** Met only where every single one was looked up. */
function noneLost(all: LookedUp[]): Goal {
  const total = (key: keyof LookedUp) => all.reduce((sum, each) => sum + each[key], 0);
  const [lost, lookedUp, acknowledged] = [total('lost'), total('lookedUp'), total('acknowledged')];
  const [seen, of] = [lookedUp, acknowledged].map((count) => count.toLocaleString('en'));
  return {
    id: '9-lost',
    what: `orders answered 201 that are not there, flooded or not: ${seen} of ${of} looked up by their ids`,
    value: lost,
    seen: `${lost}`,
    goal: '= 0',
    met: lost === 0 && lookedUp > 0 && lookedUp === acknowledged,
  };
}

type Overloaded = Awaited<ReturnType<typeof measure>>;

async function measure({ ground, quick, say }: Circumstances, kind: 'twice' | 'flood', round: number) {
  const settings: Record<string, string> = kind === 'flood' ? { INTAKE_QUEUE: `${SHORT_QUEUE}` } : {};
  await using field = await Field.lay(ground, DURABLE_ORDERS, { latencies: 'none', carrying: false, settings });
  using orders = new Acknowledged();
  const seconds = quick ? 1 : 5;
  await orders.saturate(field.url, { seconds: 2, connections: 64 });
  const candidates = kind === 'flood' ? UNREFUSED : quick ? QUICK_CLIENTS : CLIENTS;
  const saturating = await saturatingClients(candidates, (connections) =>
    orders.saturate(field.url, { seconds, connections }),
  );
  const clients = kind === 'flood' ? FLOOD : saturating * 2;
  const [usual, beyond] = [[], []] as [Saturation[], Saturation[]];
  const there: number[] = [];
  for (let turn = 0; turn < (quick ? 1 : TURNS); turn++) {
    usual.push(await orders.saturate(field.url, { seconds, connections: saturating }));
    const [load, thereEarly] = await Promise.all([
      orders.saturate(field.url, { seconds, connections: clients }),
      pause(seconds * 250).then(() => takenUp(Number(field.environment.PORT))),
    ]);
    beyond.push(load);
    there.push(thereEarly);
  }
  const lookedUp = await orders.lookUp(field.database);
  const of = (all: Saturation[], key: keyof Saturation) => medianOf(all.map((each) => each[key]));
  const [peak, taken, refused] = [of(usual, 'rate'), of(beyond, 'rate'), of(beyond, 'refused') / seconds];
  const [mean, p99, generatorCores] = [of(beyond, 'mean'), of(beyond, 'p99'), of(beyond, 'generatorCores')];
  const present = medianOf(there);
  say(
    `overload, round ${round}: peak ${figure(peak)}/s, ${clients} clients, of whom ${figure(present)} were taken up: ${figure(taken)}/s taken`,
  );
  return { peak, saturating, clients, present, taken, refused, mean, p99, generatorCores, ...lookedUp };
}
