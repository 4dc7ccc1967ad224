import { postAtConstantRate } from '../load/constant-rate.ts';
import { Field } from '../machine/field.ts';
import { DURABLE_ORDERS } from '../peers/contestants.ts';
import { figure, medianOf, spread } from '../report/spread.ts';
import { alternating } from './alternating.ts';
import { atMost, type BenchPart, type Circumstances } from './part.ts';

/** Well above what the worker of this machine carries, so that it is busy while Temporal is up. */
const RATE = 500;
const STATES = ['up', 'down'] as const;

/** Accepting while Temporal is away: the backlog grows, and the client notices nothing. */
export const outage: BenchPart = {
  name: 'outage',
  title: `Accepting ${RATE} orders/s with Temporal up and down, worker running`,
  async run(circumstances) {
    const raw = await alternating(STATES, circumstances.rounds, (state, round) => measure(circumstances, state, round));
    const p99 = (state: (typeof STATES)[number]) => raw[state].map((each) => each.p99);
    return {
      raw,
      tables: [
        {
          title: this.title,
          columns: ['Temporal', 'p50 ms', 'p99 ms', 'not taken'],
          rows: STATES.map((state) => [
            state,
            spread(raw[state].map((each) => each.p50)),
            spread(p99(state)),
            spread(raw[state].map(({ refused, broken }) => refused + broken)),
          ]),
        },
      ],
      goals: [
        atMost(
          '7',
          'accept P99 with Temporal down ÷ up',
          medianOf(p99('down').map((value, round) => value / (p99('up')[round] ?? NaN))),
          1.2,
        ),
      ],
    };
  },
};

async function measure({ ground, quick, say }: Circumstances, state: (typeof STATES)[number], round: number) {
  await using field = await Field.lay(ground, DURABLE_ORDERS, { latencies: 'usual', carrying: true });
  await postAtConstantRate({ url: field.url, rate: RATE, seconds: 3 });
  if (state === 'down') await field.processes.stop(['temporal']);
  const measured = await postAtConstantRate({ url: field.url, rate: RATE, warmUpSeconds: 1, seconds: quick ? 2 : 10 });
  say(`outage, round ${round}: Temporal ${state}, p99 ${figure(measured.p99)} ms`);
  return measured;
}
