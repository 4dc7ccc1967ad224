import { postAtConstantRate, secondsAt } from '../load/constant-rate.ts';
import { CLIENTS, saturatingClients } from '../load/saturating-clients.ts';
import { saturate } from '../load/wrk.ts';
import { Field } from '../machine/field.ts';
import type { Contestant } from '../peers/contestants.ts';
import { lines } from '../report/picture.ts';
import { figure, medianOf, spread } from '../report/spread.ts';
import type { Table } from '../report/table.ts';
import { alternating } from './alternating.ts';
import { atRest } from './at-rest.ts';
import { atMost, type BenchPart, type Circumstances, type Goal, ratios } from './part.ts';

/** Far from what saturates. */
const EASY_RATE = 20;
/** Of `direct`, which carries no twenty a second on the embedded server. */
const EASIER_RATE = 5;
const SHARE_OF_SATURATION = 0.6;
const ALONE = 'durable-orders, accepting alone';
const WITH_WORKER = 'durable-orders, beside a busy worker';

type Raw = Record<string, Measured[]>;
type Measured = Awaited<ReturnType<typeof measure>>;

/**
 * How long a client waits, at a constant rate, from when its request was due. `sync` and the other peers at a rate that
 * is easy for each; this project at 60 % of what it can take, as it is (accepting alone) and with a worker that carries
 * orders through on the same two cores.
 */
export const latency: BenchPart = {
  name: 'latency',
  title: 'How long accepting takes, at a constant rate, services at their usual speed',
  compares: ['durable-orders', 'sync', 'rabbitmq', 'direct', 'dbos', 'restate'],
  async run(circumstances) {
    const ours = circumstances.quick ? [ALONE] : [ALONE, WITH_WORKER];
    const names = circumstances.contestants.flatMap(({ name }) => (name === 'durable-orders' ? ours : [name]));
    const raw: Raw = await alternating(names, circumstances.rounds, (name, round) =>
      measure(circumstances, name, round),
    );
    return {
      raw,
      tables: [tableOf(this.title, raw)],
      pictures: [
        lines(
          'latency',
          'Time to the answer by percentile, median of the rounds (each at its rate in the table)',
          { x: 'percentile', y: 'ms', logarithmic: true },
          names.map((name) => ({ name, points: curveOf(raw[name] ?? []) })),
        ),
      ],
      goals: [
        ...goalsOf('3', raw, ALONE, 'no worker beside it'),
        ...(raw[WITH_WORKER] ? goalsOf('3-worker', raw, WITH_WORKER, 'a busy worker beside it') : []),
      ],
    };
  },
};

function tableOf(title: string, raw: Raw): Table {
  const keys = [
    ...(['offered', 'mean', 'p50', 'p90', 'p99', 'p999', 'cpuMsPerOrder', 'apiCores'] as const),
    ...(['carried', 'generatorCores'] as const),
  ] as const;
  return {
    title,
    columns: [
      ...['', 'offered/s', 'mean ms', 'p50 ms', 'p90 ms', 'p99 ms', 'p99.9 ms'],
      ...['API CPU ms/order', 'API cores', 'carried/s meanwhile', 'generator cores', 'not taken'],
    ],
    rows: Object.entries(raw).map(([name, all]) => [
      name,
      ...keys.map((key) => spread(all.map((each) => each[key]))),
      spread(all.map(({ refused, broken }) => refused + broken)),
    ]),
    note: 'No P99 is told by fewer than 300 requests, no P99.9 by fewer than 10,000.',
  };
}

function goalsOf(id: string, raw: Raw, ours: string, beside: string): Goal[] {
  const of = (name: string, key: 'p50' | 'p99') => (raw[name] ?? []).map((each) => each[key]);
  const ratio = (key: 'p50' | 'p99') => ratios(of(ours, key), of('sync', key));
  const what = `of accepting at 60 % of our saturation, ${beside} ÷ sync`;
  return [
    atMost(`${id}-median`, `median ${what}`, ratio('p50'), 1 / 65, '1/65 = 0.0154'),
    atMost(`${id}-p99`, `P99 ${what}`, ratio('p99'), 1 / 40, '1/40 = 0.025'),
  ];
}

const curveOf = (all: Measured[]): [number, number][] =>
  Array.from({ length: 101 }, (_, percent) => [percent, medianOf(all.map(({ curve }) => curve[percent] ?? NaN))]);

async function measure({ ground, quick, contestants, say }: Circumstances, name: string, round: number) {
  const isOurs = name === ALONE || name === WITH_WORKER;
  const contestant = contestants.find((each) => each.name === (isOurs ? 'durable-orders' : name)) as Contestant;
  await using field = await Field.lay(ground, contestant, { latencies: 'usual', carrying: name !== ALONE });
  const easyRate = name === 'direct' ? EASIER_RATE : EASY_RATE;
  const offered = isOurs ? await shareOfSaturation(field, quick) : easyRate;
  const seconds = quick ? 2 : secondsAt(offered);
  const load = { url: field.url, rate: offered, warmUpSeconds: quick ? 1 : 3, seconds };
  const counting = Promise.withResolvers<number>();
  counting.promise.catch(() => {}); // it is awaited when the load is over
  let usedBefore = NaN;
  const measured = await postAtConstantRate(load, () => {
    usedBefore = field.processes.usage().accepting.cpuMs;
    counting.resolve(field.services.completed());
  });
  const apiCores = (field.processes.usage().accepting.cpuMs - usedBefore) / (seconds * 1000);
  const carried = ((await field.services.completed()) - (await counting.promise)) / seconds;
  say(
    `latency, round ${round}: ${name} at ${figure(offered)}/s: p50 ${figure(measured.p50)} ms, p99 ${figure(measured.p99)} ms`,
  );
  return { offered, carried, apiCores, cpuMsPerOrder: (apiCores * 1000) / offered, ...measured };
}

async function shareOfSaturation(field: Field, quick: boolean): Promise<number> {
  const look = (connections: number, seconds: number) => saturate(field.url, { seconds, connections });
  await look(64, 1); // compiles what is hot
  if (quick) return Math.round((await look(64, 1)).rate * SHARE_OF_SATURATION);
  const clients = await saturatingClients(CLIENTS, (candidate) => look(candidate, 2));
  await atRest(field);
  const { rate } = await look(clients, 6);
  await atRest(field);
  return Math.round(rate * SHARE_OF_SATURATION);
}
