import { SABOTAGES } from '../../chaos/sabotage/sabotages.ts';
import { type Trial, Trials } from '../../chaos/sabotage/trial.ts';
import { verdictOn } from '../../chaos/sabotage/verdict.ts';
import type { TimedFault } from '../../chaos/schedule/draw-schedule.ts';

const SABOTAGE = { name: 'claims without end', breaks: ['order is not settled' as const] };
const trial = (...reported: string[]): Trial => ({ reported, tookMs: 43_210 });

test('a sabotage counts when it is reported and its control finds nothing', () => {
  expect(verdictOn(SABOTAGE, trial('order is not settled', 'no progress'), trial())).toEqual({
    counts: true,
    text: 'sabotage "claims without end" was reported as: order is not settled (43 s); its control found nothing (43 s)',
  });
});

test('one that is not reported does not count', () => {
  const { counts, text } = verdictOn(SABOTAGE, trial('no progress'), trial());
  expect(counts).toBe(false);
  expect(text).toContain('WAS NOT REPORTED as: order is not settled');
});

test('whatever its control finds, it does not count then', () => {
  for (const found of ['order is not settled', 'no progress', 'worker-1 ended by itself']) {
    const { counts, text } = verdictOn(SABOTAGE, trial('order is not settled'), trial(found));
    expect(counts).toBe(false);
    expect(text).toContain(`its control FOUND: ${found}; so this does not count`);
  }
});

test('sabotages under the same faults have one control, others have one of their own', async () => {
  const tried: TimedFault[][] = [];
  const trials = new Trials(async (_, faults) => {
    tried.push(faults);
    return trial();
  });
  for (const { faults } of SABOTAGES) await trials.control(faults);
  expect(tried).toEqual([...new Map(SABOTAGES.map(({ faults }) => [JSON.stringify(faults), faults])).values()]);
  expect(tried.length).toBeLessThan(SABOTAGES.length);
});
