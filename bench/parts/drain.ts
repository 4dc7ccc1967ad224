import { Field } from '../machine/field.ts';
import { DURABLE_ORDERS } from '../peers/contestants.ts';
import { lines } from '../report/picture.ts';
import { figure, medianOf, spread } from '../report/spread.ts';
import { besideNew } from './aged.ts';
import { drained, type Followed, type Sample } from './drained.ts';
import { atLeast, atMost, type BenchPart, ratios } from './part.ts';

/** A point of the picture: seconds since posting began, orders. */
type Point = [number, number];

/** Many orders posted as fast as they are taken, and then carried through: does it stay as quick, and as small? */
export const drain: BenchPart = {
  name: 'drain',
  title: 'A backlog, drained',
  async run(circumstances) {
    await using field = await Field.lay(circumstances.ground, DURABLE_ORDERS, { latencies: 'none', carrying: true });
    const raw = await drained(field, circumstances);
    const turns = circumstances.quick ? { aged: [NaN], new: [NaN] } : await besideNew(field, circumstances);
    const { posted, acceptedPerSecond, before, rising, samples, cores } = raw;
    const tenth = (index: number) => samples.filter(({ completed }) => isInTenth(completed, posted, index));
    const [first, last] = [tenth(0), tenth(9)];
    const count = posted.toLocaleString('en');
    return {
      raw: { ...raw, turns },
      tables: [
        {
          title: `${count} orders posted at ${figure(acceptedPerSecond)}/s, then drained; services answer at once`,
          columns: [
            ...['', 'completed/s', 'worker MiB', 'API MiB', 'Temporal MiB'],
            ...['CPU ms an order: worker', 'Temporal', 'PostgreSQL', 'ms an order that Temporal waits for a core'],
          ],
          rows: [
            ['before the first order', '', ...memories([before]), '', '', '', ''],
            ['the most, while they are posted', '', ...memories(rising, mostOf), '', '', '', ''],
            ...[row('first tenth', first), row('last tenth', last), row('all', samples)],
            [
              'what memory grew by, KiB an order',
              ...['', figure(growth('carrying', first, last)), '', figure(growth('temporal', first, last))],
              ...['', '', '', ''],
            ],
          ],
          note: `Measured once. The generator: ${figure(cores.posting)} cores while it posts, ${figure(cores.looking)} while it looks how far the orders are. The API takes orders only before the first tenth.`,
        },
        {
          title: `That system, which has carried ${count} orders, in turn with a new one, each with the same backlog`,
          columns: ['', 'completed/s'],
          rows: [
            ['has carried them', spread(turns.aged)],
            ['new', spread(turns.new)],
          ],
        },
      ],
      pictures: [
        lines('backlog', `Backlog while ${count} orders are posted, and then drained`, { x: 'seconds', y: 'orders' }, [
          {
            name: 'durable-orders',
            points: [
              ...rising.map(({ seconds, stored, completed }): Point => [seconds, stored - completed]),
              ...samples.map(({ seconds, completed }): Point => [seconds, posted - completed]),
            ],
          },
        ]),
      ],
      goals: [
        atLeast(
          '8-rate',
          `${count} orders: completed/s, last tenth ÷ first tenth`,
          [rateOf(last) / rateOf(first)],
          0.95,
        ),
        atLeast(
          '8-aged',
          'completed/s after all of them ÷ those of a new system, in turn',
          ratios(turns.aged, turns.new),
          0.95,
        ),
        atMost(
          '8-worker',
          'worker memory, last tenth ÷ first tenth',
          [memory('carrying', last) / memory('carrying', first)],
          1.1,
        ),
        atMost(
          '8-api',
          'API memory, which takes no more orders by then, last tenth ÷ first tenth',
          [memory('accepting', last) / memory('accepting', first)],
          1.1,
        ),
      ],
    };
  },
};

const isInTenth = (completed: number, posted: number, index: number): boolean =>
  Math.min(9, Math.floor((completed / posted) * 10)) === index;

const row = (name: string, some: Sample[]): string[] => [
  ...[name, figure(rateOf(some)), ...memories(some)],
  ...(['carrying', 'temporal', 'postgres'] as const).map((role) => figure(spentOn('cpuMs', role, some))),
  figure(spentOn('waitedMs', 'temporal', some)),
];

const memories = (some: Sample[], of = medianOf): string[] =>
  (['carrying', 'accepting', 'temporal'] as const).map((role) => figure(memory(role, some, of)));

/** MiB. */
const memory = (role: Followed, some: Sample[], of = medianOf): number =>
  of(some.map(({ usage }) => usage[role].memoryBytes)) / 2 ** 20;

const mostOf = (values: number[]): number => Math.max(...values);

/** KiB an order. */
function growth(role: Followed, first: Sample[], last: Sample[]): number {
  const orders = medianOf(last.map(({ completed }) => completed)) - medianOf(first.map(({ completed }) => completed));
  return ((memory(role, last) - memory(role, first)) * 2 ** 10) / orders;
}

const rateOf = (samples: Sample[]): number => during(samples, (one, other) => other.seconds - one.seconds) ** -1;

/** Of one order. */
const spentOn = (key: 'cpuMs' | 'waitedMs', role: Followed, samples: Sample[]): number =>
  during(samples, (one, other) => other.usage[role][key] - one.usage[role][key]);

/** What something grew by from the first to the last, for each order that was completed meanwhile. */
function during(samples: Sample[], grewBy: (first: Sample, last: Sample) => number): number {
  const [first, last] = [samples[0], samples.at(-1)];
  return first && last ? grewBy(first, last) / (last.completed - first.completed) : NaN;
}
