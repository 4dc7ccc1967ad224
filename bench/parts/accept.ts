import { CLIENTS, saturatingClients } from '../load/saturating-clients.ts';
import { saturate } from '../load/wrk.ts';
import { Field } from '../machine/field.ts';
import type { Contestant } from '../peers/contestants.ts';
import { bars } from '../report/picture.ts';
import { figure, medianOf, spread } from '../report/spread.ts';
import { alternating } from './alternating.ts';
import { atRest } from './at-rest.ts';
import { atLeast, type BenchPart, type Circumstances, ratios } from './part.ts';

/** These take no thousand a second: few clients saturate them, and a thousand would wait for seconds, as long as a look takes. */
const SLOW = ['sync', 'direct', 'dbos'];
const FEWER_CLIENTS = [64, 256, 512];
const QUICK_CLIENTS = 64;

/** Has a worker beside it that carries the same orders through, as those have who can't accept without carrying. */
const BESIDE = 'durable-orders, beside its worker';
const OURS = 'durable-orders';
const ALONE = 'durable-orders: group commit; neither worker nor Temporal beside it';

/**
 * How many orders a second are durably taken. Accepting alone, with nothing that carries them through: that shares the
 * machine, and its share says nothing about accepting. Who can't accept without carrying carries, and is to be compared with the row that
 * does so too. Services answer at once.
 */
export const accept: BenchPart = {
  name: 'accept',
  title: 'Orders accepted a second, at saturation',
  compares: [OURS, 'sync', 'rabbitmq', 'direct', 'dbos', 'restate', 'express'],
  async run(circumstances) {
    const { contestants, quick, rounds } = circumstances;
    const names: string[] = contestants.flatMap(({ name }) => (name === OURS && !quick ? [name, BESIDE] : [name]));
    const raw = await alternating(names, rounds, (name, round) => measure(circumstances, name, round));

    const rates = (name: string) => raw[name]?.map(({ rate }) => rate) ?? [];
    const carrying = carryingOf(contestants);
    const titleOf = (name: string) =>
      (name === OURS ? ALONE : contestants.find((each) => each.name === name)?.title) ?? name;
    const rows = names.map((name) => {
      const of = (read: (each: Measured) => number) => spread((raw[name] ?? []).map(read));
      return [titleOf(name), ...KEYS.map((key) => of((each) => each[key])), of((each) => each.refused + each.broken)];
    });
    return {
      raw,
      tables: [
        {
          title: `${this.title}, by ${quick ? `${QUICK_CLIENTS} clients` : 'as many clients as bring most'}`,
          columns: [
            ...['', 'orders/s', 'clients', 'mean ms', 'p50 ms', 'p99 ms'],
            ...['API CPU ms/order', 'PostgreSQL CPU ms/order', 'CPU ms/order of the others', 'carried/s meanwhile'],
            ...['generator cores', 'not taken'],
          ],
          rows,
          note: `The others: broker, Temporal, worker, services. Orders are carried through meanwhile ${carrying.length > 0 ? `by ${carrying.join(', ')}, and ` : ''}where it says so; beside the rest there is neither consumer nor worker.`,
        },
      ],
      pictures: [
        bars(
          'accepts',
          'Orders durably accepted a second',
          'orders/s',
          names.map((name) => ({
            name: carrying.includes(name) ? `${name}, carrying` : name,
            value: medianOf(rates(name)),
          })),
        ),
      ],
      goals: [
        atLeast(
          '1',
          'durable accepts/s, accepting alone ÷ rabbitmq accepts/s',
          ratios(rates(OURS), rates('rabbitmq')),
          6,
        ),
        ...(names.includes(BESIDE)
          ? [
              atLeast(
                '1-worker',
                'durable accepts/s, a worker beside it ÷ rabbitmq accepts/s, no consumer beside it',
                ratios(rates(BESIDE), rates('rabbitmq')),
                6,
              ),
            ]
          : []),
        atLeast(
          '2',
          'durable accepts/s, accepting alone ÷ Express without storage',
          ratios(rates(OURS), rates('express')),
          0.75,
        ),
      ],
    };
  },
};

/** Where what accepts is what carries, or nothing is taken without it. */
const carryingOf = (contestants: Contestant[]): string[] =>
  contestants
    .filter(
      ({ name, carrying, needsCarryingToAccept }) => name !== 'express' && (needsCarryingToAccept || !carrying.length),
    )
    .map(({ name }) => name);

type Measured = Awaited<ReturnType<typeof measure>>;
const KEYS = [
  ...(['rate', 'clients', 'mean', 'p50', 'p99', 'cpuMsPerOrder', 'postgresCpuMsPerOrder'] as const),
  ...(['othersCpuMsPerOrder', 'carried', 'generatorCores'] as const),
];

async function measure({ ground, quick, contestants, say }: Circumstances, name: string, round: number) {
  const carrying = name === BESIDE;
  const contestant = contestants.find((each) => each.name === (carrying ? OURS : name)) as Contestant;
  await using field = await Field.lay(ground, contestant, { latencies: 'none', carrying });
  await saturate(field.url, { seconds: 1, connections: 64 }); // compiles what is hot
  const candidates = SLOW.includes(name) ? FEWER_CLIENTS : CLIENTS;
  const look = (connections: number) => saturate(field.url, { seconds: 2, connections });
  const clients = quick ? QUICK_CLIENTS : await saturatingClients(candidates, look);
  if (!quick) await atRest(field);
  const before = field.processes.usage();
  const done = await field.services.completed();
  const seconds = quick ? 2 : 6;
  const measured = await saturate(field.url, { seconds, connections: clients });
  const carried = ((await field.services.completed()) - done) / seconds;
  const after = field.processes.usage();
  say(`accept, round ${round}: ${name} ${figure(measured.rate)}/s`);
  const cpuMs = (...roles: (keyof typeof after)[]) =>
    roles.reduce((sum, role) => sum + after[role].cpuMs - before[role].cpuMs, 0) / measured.accepted;
  return {
    ...measured,
    ...{ clients, carried },
    cpuMsPerOrder: cpuMs('accepting'),
    postgresCpuMsPerOrder: cpuMs('postgres'),
    othersCpuMsPerOrder: cpuMs('broker', 'temporal', 'carrying', 'services'),
  };
}
