import { saturate } from '../load/wrk.ts';
import { Field } from '../machine/field.ts';
import { bars } from '../report/picture.ts';
import { medianOf, spread } from '../report/spread.ts';
import { alternating } from './alternating.ts';
import { atLeast, type BenchPart, type Circumstances } from './part.ts';

const CONNECTIONS = 64;

/**
 * How many orders a second are durably taken. Accepting alone, with nothing that carries them through: that shares the
 * machine, and its share says nothing about accepting. Services answer at once, which only `sync` feels.
 */
export const accept: BenchPart = {
  name: 'accept',
  title: 'Orders accepted a second, at saturation',
  async run(circumstances) {
    const contestants = circumstances.contestants.filter(({ accepting }) => accepting);
    const names = contestants.map(({ name }) => name);
    const raw = await alternating(names, circumstances.rounds, (name, round) => measure(circumstances, name, round));

    const rates = (name: string) => raw[name as keyof typeof raw]?.map(({ rate }) => rate) ?? [];
    const ratio = (peer: string) =>
      medianOf(rates('durable-orders').map((rate, round) => rate / (rates(peer)[round] ?? NaN)));
    const rows = contestants.map(({ name, title }) => {
      const of = (read: (each: Measured) => number) => spread(raw[name].map(read));
      return [
        title,
        ...(['rate', 'mean', 'p50', 'p99'] as const).map((key) => of((each) => each[key])),
        ...[
          of((each) => each.cpuMsPerOrder),
          of((each) => each.generatorCores),
          of((each) => each.refused + each.broken),
        ],
      ];
    });
    return {
      raw,
      tables: [
        {
          title: `${this.title} (wrk, ${CONNECTIONS} connections)`,
          columns: ['', 'orders/s', 'mean ms', 'p50 ms', 'p99 ms', 'API CPU ms/order', 'generator cores', 'not taken'],
          rows,
        },
      ],
      pictures: [
        bars(
          'accepts',
          'Orders durably accepted a second',
          'orders/s',
          names.map((name) => ({ name, value: medianOf(rates(name)) })),
        ),
      ],
      goals: [
        atLeast('1', 'durable accepts/s ÷ rabbitmq accepts/s', ratio('rabbitmq'), 6),
        atLeast('2', 'durable accepts/s ÷ Express without storage', ratio('express'), 0.75),
      ],
    };
  },
};

type Measured = Awaited<ReturnType<typeof measure>>;

async function measure({ ground, quick, contestants, say }: Circumstances, name: string, round: number) {
  const contestant = contestants.find((each) => each.name === name) as Circumstances['contestants'][0];
  await using field = await Field.lay(ground, contestant, { latencies: 'none', carrying: false });
  await saturate(field.url, { seconds: quick ? 1 : 2, connections: CONNECTIONS }); // compiles what is hot
  const before = field.processes.usage();
  const measured = await saturate(field.url, { seconds: quick ? 2 : 6, connections: CONNECTIONS });
  const after = field.processes.usage();
  say(`accept, round ${round}: ${name} ${Math.round(measured.rate).toLocaleString('en')}/s`);
  const cpuMsPerOrder = (after.accepting.cpuMs - before.accepting.cpuMs) / measured.accepted;
  return {
    ...measured,
    cpuMsPerOrder,
    postgresCpuMsPerOrder: (after.postgres.cpuMs - before.postgres.cpuMs) / measured.accepted,
  };
}
