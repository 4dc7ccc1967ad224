import { postAtConstantRate, secondsAt } from '../load/constant-rate.ts';
import { Field } from '../machine/field.ts';
import { DURABLE_ORDERS } from '../peers/contestants.ts';
import { figure, spread } from '../report/spread.ts';
import { alternating } from './alternating.ts';
import { atMost, type BenchPart, type Circumstances, ratios, worstOf } from './part.ts';

/** What leaves the cores idle for the most part, and what the worker is as busy with as it can be while Temporal is up. */
const RATES = [5, 500];
const STATES = ['up', 'down'] as const;
type State = (typeof STATES)[number];

/** Accepting while Temporal is away, from the moment it is killed: the backlog grows, and the client notices nothing. */
export const outage: BenchPart = {
  name: 'outage',
  title: 'Accepting with Temporal up and killed, worker running',
  async run(circumstances) {
    const rates = circumstances.quick ? RATES.slice(-1) : RATES;
    const cases = rates.flatMap((rate) => STATES.map((state) => `${rate}/s, Temporal ${state}`));
    const raw = await alternating(cases, circumstances.rounds, (name, round) => measure(circumstances, name, round));
    const p99 = (rate: number, state: State) => raw[`${rate}/s, Temporal ${state}`]?.map((each) => each.p99) ?? [];
    const ofRates = rates.map((rate) => ratios(p99(rate, 'down'), p99(rate, 'up')));
    const worse = worstOf(ofRates);
    return {
      raw,
      tables: [
        {
          title: this.title,
          columns: ['', 'mean ms', 'p50 ms', 'p99 ms', 'slowest ms', 'generator cores', 'not taken'],
          rows: Object.entries(raw).map(([name, all]) => [
            name,
            ...(['mean', 'p50', 'p99', 'max', 'generatorCores'] as const).map((key) =>
              spread(all.map((each) => each[key])),
            ),
            spread(all.map(({ refused, broken }) => refused + broken)),
          ]),
          note: 'Down: killed under the load, and everything counts from then on. Up: the same load, nothing killed.',
        },
      ],
      goals: [
        atMost(
          '7',
          `accept P99 with Temporal down, from its first second ÷ up, the worse of ${rates.join(' and ')} orders/s`,
          worse,
          1.2,
        ),
      ],
    };
  },
};

async function measure({ ground, quick, say }: Circumstances, name: string, round: number) {
  const rate = Number.parseInt(name, 10);
  await using field = await Field.lay(ground, DURABLE_ORDERS, { latencies: 'usual', carrying: true });
  const load = { url: field.url, rate, warmUpSeconds: quick ? 2 : 4, seconds: quick ? 2 : secondsAt(rate) };
  const measured = await postAtConstantRate(load, () => {
    if (name.endsWith('down')) field.processes.kill('temporal');
  });
  if (name.endsWith('down')) field.processes.kill('carrying'); // it would take ten seconds to drain without Temporal
  say(`outage, round ${round}: ${name}, p99 ${figure(measured.p99)} ms`);
  return measured;
}
