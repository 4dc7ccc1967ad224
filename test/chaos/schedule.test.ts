import { hash } from 'node:crypto';
import { CALM_MS, drawSchedule, type Episode, WARM_UP_MS } from '../../chaos/schedule/draw-schedule.ts';
import { type Fault, isInTheWayOfIntake, SERVICE_FAULTS, targetOf, textOf } from '../../chaos/schedule/fault.ts';
import { LINKS, PROCESSES, WORKERS } from '../../chaos/system/names.ts';

const HALF_AN_HOUR = 30 * 60_000;
const draw = (seed: number, totalMs = HALF_AN_HOUR) => drawSchedule(seed, totalMs, () => true);
const faultsOf = (episodes: Episode[]) => episodes.flatMap(({ faults }) => faults.map(({ fault }) => fault));
const SEEDS = [1, 2, 3, 4, 5];

test('the same seed draws the same faults, another seed others', () => {
  expect(draw(5)).toEqual(draw(5));
  expect(draw(5)).not.toEqual(draw(6));
});

test('a longer run begins as a shorter one: what failed late can be had again', () => {
  const short = draw(5, 5 * 60_000).episodes;
  expect(draw(5).episodes.slice(0, short.length)).toEqual(short);
});

// Seeds in chaos/regressions.json mean what they meant. Change what is drawn only together with them.
test('a seed draws what it always drew', () => {
  expect(faultsOf(draw(1, 90_000).episodes).map(textOf)).toEqual([
    'kill: temporal for 4.0 s',
    'slow: api-2>postgresql by 558 ms for 7.8 s',
    'wrong clock: worker-2 by +3600 s for 14.7 s',
    'service is slow: notification for 5.4 s',
    'freeze: inventory for 16.5 s',
  ]);
});

// The rest of half an hour, with the times of each fault, as one hash: its beginning alone would let the end drift.
test('the seed of the regression of half an hour draws what it always drew', () => {
  const { episodes } = draw(1101);
  expect(faultsOf(episodes.slice(0, 3)).map(textOf)).toEqual([
    'service fails after the work: inventory for 9.1 s',
    'rolling restart of workers and APIs',
    'wrong clock: worker-1 by +86400 s for 9.5 s',
  ]);
  expect(episodes).toHaveLength(58);
  expect(hash('sha256', JSON.stringify(episodes), 'hex')).toBe(
    'db74c3d04473c6be8c718bb7952217cc2d9af77887258beaf252996dae6a59b5',
  );
});

test('the run that CI makes kills a worker and PostgreSQL, freezes a worker and restarts everything in turn', () => {
  expect(faultsOf(draw(40130, 126_000).episodes).map(textOf)).toEqual([
    'service fails after the work: notification for 7.7 s',
    'rolling restart of workers and APIs',
    'kill: worker-2 for 3.4 s',
    'service asks for patience: inventory for 12.2 s',
    'kill: postgresql for 3.2 s',
    'freeze: worker-1 for 16.8 s',
  ]);
});

test('that run judges how soon orders are accepted again: PostgreSQL is killed beside nothing that disturbs it, too', () => {
  const { episodes } = draw(40130, 126_000);
  const killed = episodes.filter((episode) => faultsOf([episode]).some((fault) => targetOf(fault) === 'postgresql'));
  const others = faultsOf(killed).filter((fault) => targetOf(fault) !== 'postgresql');
  expect(others.map(textOf)).toEqual([
    'service asks for patience: inventory for 12.2 s',
    'freeze: worker-1 for 16.8 s',
  ]);
  expect(others.filter(isInTheWayOfIntake)).toEqual([]);
});

test.each<[Fault, boolean]>([
  [{ kind: 'kill', process: 'api-1', forMs: 0 }, true],
  [{ kind: 'disk full', forMs: 0 }, true],
  [{ kind: 'rolling restart', forMs: 0 }, true],
  [{ kind: 'cut', link: 'client>api-2', forMs: 0 }, true],
  [{ kind: 'cut', link: 'api-2>postgresql', forMs: 0 }, true],
  [{ kind: 'cut', link: 'api-2>temporal', forMs: 0 }, false],
  [{ kind: 'cut', link: 'worker-1>postgresql', forMs: 0 }, false],
  [{ kind: 'kill', process: 'temporal', forMs: 0 }, false],
  [{ kind: 'service fails', service: 'payment', forMs: 0 }, false],
])('%j stands between a client and the commit of its order: %s', (fault, expected) => {
  expect(isInTheWayOfIntake(fault)).toBe(expected);
});

test.each(SEEDS)('seed %d: in half an hour every kind of fault comes, and every process is killed', (seed) => {
  const faults = faultsOf(draw(seed).episodes);
  const expected = ['kill', 'freeze', 'cut', 'stall', 'slow', 'mute', 'wrong clock', 'disk full', 'rolling restart'];
  expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set([...expected, ...Object.keys(SERVICE_FAULTS)]));
  const killed = faults.filter(({ kind }) => kind === 'kill').map(targetOf);
  expect(new Set(killed)).toEqual(new Set(PROCESSES));
});

test.each(SEEDS)('seed %d: after each episode there is calm, and the last one ends in time', (seed) => {
  const { episodes, totalMs } = draw(seed);
  let calmSince = WARM_UP_MS - CALM_MS;
  for (const { faults, overMs } of episodes) {
    expect(Math.min(...faults.map(({ atMs }) => atMs)) - calmSince).toBeGreaterThanOrEqual(CALM_MS);
    for (const { atMs, fault } of faults) expect(atMs + fault.forMs).toBeLessThanOrEqual(overMs);
    calmSince = overMs;
  }
  expect(totalMs - calmSince).toBeGreaterThanOrEqual(CALM_MS);
});

test.each(SEEDS)('seed %d: no two faults of an episode have one target, and some kinds come alone', (seed) => {
  for (const { faults } of draw(seed).episodes) {
    const targets = faults.map(({ fault }) => targetOf(fault));
    expect(new Set(targets).size).toBe(targets.length);
    const kinds = faults.map(({ fault }) => fault.kind);
    if (kinds.includes('rolling restart') || kinds.includes('disk full')) expect(kinds).toHaveLength(1);
  }
});

test('a freeze is longer than the lease and the timeouts', () => {
  const freezes = faultsOf(draw(1).episodes).filter(({ kind }) => kind === 'freeze');
  expect(freezes.length).toBeGreaterThan(3);
  for (const { forMs } of freezes) expect(forMs).toBeGreaterThan(15_000);
});

test('what is not possible here is left out, and nothing else is another for it', () => {
  const { episodes } = drawSchedule(1, HALF_AN_HOUR, (kind) => kind !== 'disk full');
  const all = draw(1).episodes;
  expect(faultsOf(all).map(({ kind }) => kind)).toContain('disk full');
  expect(faultsOf(episodes)).toEqual(faultsOf(all).filter(({ kind }) => kind !== 'disk full'));
  expect(episodes.filter(({ faults }) => faults.length === 0)).toEqual([]);
});

test('every worker is connected to everything that it needs', () => {
  for (const worker of WORKERS)
    for (const target of ['postgresql', 'temporal', 'inventory', 'payment', 'notification'])
      expect(LINKS).toContain(`${worker}>${target}`);
});
