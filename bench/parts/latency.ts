import { postAtConstantRate } from '../load/constant-rate.ts';
import { saturate } from '../load/wrk.ts';
import { Field } from '../machine/field.ts';
import type { Contestant } from '../peers/contestants.ts';
import { lines } from '../report/picture.ts';
import { figure, medianOf, spread } from '../report/spread.ts';
import { alternating } from './alternating.ts';
import { atMost, type BenchPart, type Circumstances } from './part.ts';

/** What an API that calls three services in the request is far from being saturated by. */
const EASY_RATE = 20;
const SHARE_OF_SATURATION = 0.6;
const ALONE = 'durable-orders, accepting alone';

/**
 * How long a client waits, at a constant rate, from when its request was due. `sync` and the other peers at a rate that
 * is easy for each; this project at 60 % of what it can take, as it is (accepting alone) and with a worker that carries
 * orders through on the same two cores.
 */
export const latency: BenchPart = {
  name: 'latency',
  title: 'How long accepting takes, at a constant rate, services at their usual speed',
  async run(circumstances) {
    const peers = circumstances.contestants.filter(
      ({ name, accepting }) => accepting && !['durable-orders', 'express'].includes(name),
    );
    const names = [ALONE, 'durable-orders', ...peers.map(({ name }) => name)];
    const raw = await alternating(names, circumstances.rounds, (name, round) => measure(circumstances, name, round));

    const of = (name: string, key: 'p50' | 'p99') => raw[name]?.map((each) => each[key]) ?? [];
    const ratio = (key: 'p50' | 'p99') =>
      medianOf(of(ALONE, key).map((value, round) => value / (of('sync', key)[round] ?? NaN)));
    return {
      raw,
      tables: [
        {
          title: this.title,
          columns: ['', 'offered/s', 'p50 ms', 'p90 ms', 'p99 ms', 'p99.9 ms', 'generator cores', 'not taken'],
          rows: names.map((name) => {
            const each = (key: 'offered' | 'p50' | 'p90' | 'p99' | 'p999' | 'generatorCores') =>
              spread(raw[name]?.map((measured) => measured[key]) ?? []);
            const notTaken = raw[name]?.map(({ refused, broken }) => refused + broken) ?? [];
            return [
              name,
              each('offered'),
              each('p50'),
              each('p90'),
              each('p99'),
              each('p999'),
              each('generatorCores'),
              spread(notTaken),
            ];
          }),
        },
      ],
      pictures: [
        lines(
          'latency',
          'Time to the answer by percentile (each at its rate in the table)',
          { x: 'percentile', y: 'ms', logarithmic: true },
          names.map((name) => ({ name, points: (raw[name]?.at(-1)?.curve ?? []).map((ms, percent) => [percent, ms]) })),
        ),
      ],
      goals: [
        atMost(
          '3-median',
          'median of accepting at 60 % of our saturation, no worker beside it ÷ sync',
          ratio('p50'),
          1 / 65,
          '1/65 = 0.0154',
        ),
        atMost(
          '3-p99',
          'P99 of accepting at 60 % of our saturation, no worker beside it ÷ sync',
          ratio('p99'),
          1 / 40,
          '1/40 = 0.025',
        ),
      ],
    };
  },
};

async function measure({ ground, quick, contestants, say }: Circumstances, name: string, round: number) {
  const isAlone = name === ALONE;
  const contestant = contestants.find((each) => each.name === (isAlone ? 'durable-orders' : name)) as Contestant;
  await using field = await Field.lay(ground, contestant, { latencies: 'usual', carrying: !isAlone });
  const isOurs = contestant.name === 'durable-orders';
  const offered = isOurs ? await shareOfSaturation(field.url, quick) : EASY_RATE;
  const measured = await postAtConstantRate({
    url: field.url,
    rate: offered,
    warmUpSeconds: quick ? 1 : 3,
    seconds: quick ? 2 : 8,
  });
  say(
    `latency, round ${round}: ${name} at ${figure(offered)}/s: p50 ${figure(measured.p50)} ms, p99 ${figure(measured.p99)} ms`,
  );
  return { offered, ...measured };
}

async function shareOfSaturation(url: string, quick: boolean): Promise<number> {
  await saturate(url, { seconds: 1, connections: 64 });
  const { rate } = await saturate(url, { seconds: quick ? 1 : 4, connections: 64 });
  return Math.round(rate * SHARE_OF_SATURATION);
}
