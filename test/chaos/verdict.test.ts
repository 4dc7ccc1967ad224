import { type Conditions, SABOTAGES } from '../../chaos/sabotage/sabotages.ts';
import { type Trial, Trials } from '../../chaos/sabotage/trial.ts';
import { verdictOn } from '../../chaos/sabotage/verdict.ts';

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

test('sabotages under the same conditions have one control, others have one of their own', async () => {
  const tried: string[] = [];
  const told = ({ faults, rate = 20 }: Conditions) => JSON.stringify([faults, rate]);
  const trials = new Trials(async (_, conditions) => {
    tried.push(told(conditions));
    return trial();
  });
  for (const sabotage of SABOTAGES) await trials.control(sabotage);
  expect(tried).toEqual([...new Set(SABOTAGES.map(told))]);
  expect(tried.length).toBeLessThan(SABOTAGES.length);
});
