import { postAtConstantRate } from '../load/constant-rate.ts';
import { Field } from '../machine/field.ts';
import { DURABLE_ORDERS } from '../peers/contestants.ts';
import { figure, medianOf, spread } from '../report/spread.ts';
import { alternating } from './alternating.ts';
import { atLeast, type BenchPart, type Circumstances } from './part.ts';

/** Offered orders a second while the peak is looked for: each step a quarter more. */
const FIRST_RATE = 4000;
const STEP = 1.25;
const MAX_RATE = 60_000;

/**
 * Twice the load that saturates: what is taken must not collapse, and what was answered 201 must be there. The same
 * generator finds the peak and goes beyond it, with connections enough to be refused.
 */
export const overload: BenchPart = {
  name: 'overload',
  title: 'Twice the saturating load',
  async run(circumstances) {
    const { durable } = await alternating(['durable'], circumstances.rounds, (_, round) =>
      measure(circumstances, round),
    );
    const share = medianOf(durable.map(({ peak, goodput }) => goodput / peak));
    const lost = durable.reduce((total, { acknowledged, stored }) => total + Math.max(0, acknowledged - stored), 0);
    const of = (key: 'peak' | 'saturatingRate' | 'goodput' | 'refused' | 'p99') =>
      spread(durable.map((each) => each[key]));
    return {
      raw: durable,
      tables: [
        {
          title: this.title,
          columns: [
            '',
            'peak/s',
            'saturating/s',
            'goodput at twice that/s',
            'refused',
            'p99 ms of what was taken',
            'acknowledged and lost',
          ],
          rows: [
            ['durable-orders', of('peak'), of('saturatingRate'), of('goodput'), of('refused'), of('p99'), `${lost}`],
          ],
        },
      ],
      goals: [
        atLeast('9', 'goodput at twice the saturating load ÷ peak', share, 0.9),
        {
          id: '9-lost',
          what: 'acknowledged orders that are lost at twice the load',
          value: lost,
          goal: '= 0',
          met: lost === 0,
        },
      ],
    };
  },
};

async function measure({ ground, quick, say }: Circumstances, round: number) {
  await using field = await Field.lay(ground, DURABLE_ORDERS, { latencies: 'none', carrying: false });
  const seconds = quick ? 1 : 3;
  await postAtConstantRate({ url: field.url, rate: FIRST_RATE, seconds: 3 });
  const { peak, saturatingRate } = await findPeak(field.url, seconds);
  const before = await field.database.count('orders');
  const beyond = await postAtConstantRate({ url: field.url, rate: saturatingRate * 2, seconds: seconds * 2 });
  const stored = (await field.database.count('orders')) - before;
  say(
    `overload, round ${round}: peak ${figure(peak)}/s, at ${figure(saturatingRate * 2)}/s ${figure(beyond.rate)}/s taken`,
  );
  return { peak, saturatingRate, goodput: beyond.rate, acknowledged: beyond.accepted, stored, ...beyond };
}

/** The rate is raised until less than 95 % of it is taken: that rate saturates. */
async function findPeak(url: string, seconds: number): Promise<{ peak: number; saturatingRate: number }> {
  let peak = 0;
  for (let rate = FIRST_RATE; rate < MAX_RATE; rate = Math.round(rate * STEP)) {
    const measured = await postAtConstantRate({ url, rate, seconds });
    peak = Math.max(peak, measured.rate);
    if (measured.rate < rate * 0.95) return { peak, saturatingRate: rate };
  }
  throw new Error(`no saturation below ${MAX_RATE} orders/s`);
}
