import type { Happening, PastEpisode } from '../../chaos/faults/happening.ts';
import type { Passage } from '../../chaos/judge/passage.ts';
import { isTooLong, recoveries, usualThroughput } from '../../chaos/judge/recovery.ts';
import type { Fault } from '../../chaos/schedule/fault.ts';

const PER_SECOND = 10;
const FAULT_AT = 100_000;
const OVER_AT = 110_000;

const episode = (fault: Fault, overrides: Partial<Happening> = {}): PastEpisode => ({
  happenings: [
    {
      fault,
      isAlone: true,
      hasIntakeForItself: true,
      beganAt: FAULT_AT,
      overAt: OVER_AT,
      acceptingAfterMs: [],
      ...overrides,
    },
  ],
  overAt: OVER_AT,
  calmUntil: OVER_AT + 20_000,
});

/** Ten orders a second, each settled a second after it was due; `settle` may say otherwise. */
const passages = (settle: (dueAt: number) => number = (dueAt) => dueAt + 1000): Passage[] =>
  Array.from({ length: 1500 }, (_, count) => (count * 1000) / PER_SECOND).map((dueAt) => ({
    ...{ orderId: `due-${dueAt}`, dueAt, acceptedAt: dueAt + 5, isWaitedFor: false },
    ...{ settledAt: settle(dueAt), held: [] },
  }));

const KILL: Fault = { kind: 'kill', process: 'worker-1', forMs: 1000 };
const took = (what: string, found: ReturnType<typeof recoveries>) => found.find((each) => each.what === what)?.tookMs;

test('throughput that never fell is back at once', () => {
  expect(took('throughput', recoveries([episode(KILL)], passages(), PER_SECOND))).toBe(0);
});

test('throughput is back when as much is settled as before, backlog or not', () => {
  const back = OVER_AT + 6000;
  const late = passages((dueAt) => (dueAt > FAULT_AT ? Math.max(dueAt + 1000, back) : dueAt + 1000));
  const found = took('throughput', recoveries([episode(KILL)], late, PER_SECOND)) as number;
  expect(found).toBeGreaterThan(3000);
  expect(found).toBeLessThanOrEqual(6000);
});

test('throughput that does not come back takes too long', () => {
  const never = passages((dueAt) => (dueAt > FAULT_AT ? dueAt + 40_000 : dueAt + 1000));
  const found = recoveries([episode(KILL)], never, PER_SECOND).find(({ what }) => what === 'throughput');
  expect(found && isTooLong(found)).toBe(true);
});

test('orders under way when a worker was killed count from the kill to the last of them', () => {
  const stuck = passages((dueAt) => (dueAt > FAULT_AT - 1000 && dueAt < FAULT_AT ? FAULT_AT + 11_000 : dueAt + 1000));
  expect(took('orders under way go on', recoveries([episode(KILL)], stuck, PER_SECOND))).toBe(11_000);
});

test('throughput that does not come back at all takes all of the calm', () => {
  const dead = passages().filter(({ settledAt }) => settledAt < OVER_AT);
  const found = recoveries([episode(KILL)], dead, PER_SECOND).find(({ what }) => what === 'throughput');
  expect(found?.tookMs).toBe(20_000);
  expect(found && isTooLong(found)).toBe(true);
});

test('what settles in a trickle, and ends before the calm does, is not back', () => {
  const few = passages().filter(({ settledAt, dueAt }) => settledAt < OVER_AT + 8000 && dueAt % 500 === 0);
  expect(took('throughput', recoveries([episode(KILL)], few, PER_SECOND))).toBe(20_000);
});

test('one order that goes on too late is too late, whether its run had begun or not', () => {
  const since = FAULT_AT - 1000;
  const late = passages((dueAt) => (dueAt === since ? FAULT_AT + 13_001 : dueAt + 1000));
  const found = recoveries([episode(KILL)], late, PER_SECOND).filter(isTooLong);
  expect(found).toMatchObject([{ what: 'orders under way go on', tookMs: 13_001, orderId: `due-${since}` }]);
});

test('beside others that disturb accepting too, only the throughput is judged', () => {
  const together = episode(KILL, { isAlone: false, hasIntakeForItself: false, acceptingAfterMs: [5000] });
  expect(recoveries([together], passages(), PER_SECOND).map(({ what }) => what)).toEqual(['throughput']);
});

test('beside others that do not, accepting is judged as well', () => {
  const together = episode(KILL, { isAlone: false, acceptingAfterMs: [500] });
  expect(took('accepts', recoveries([together], passages(), PER_SECOND))).toBe(500);
});

test('each API has to accept within two seconds', () => {
  const found = recoveries(
    [episode({ kind: 'kill', process: 'postgresql', forMs: 0 }, { acceptingAfterMs: [300, 2100] })],
    passages(),
    PER_SECOND,
  ).filter(({ what }) => what === 'accepts');
  expect(found.map(isTooLong)).toEqual([false, true]);
});

test('a rolling restart is judged by the slowest order that was due meanwhile', () => {
  const slow = passages((dueAt) => (dueAt === 105_000 ? dueAt + 14_000 : dueAt + 1000));
  const found = recoveries([episode({ kind: 'rolling restart', forMs: 0 })], slow, PER_SECOND);
  expect(took('rolling restart: accepts', found)).toBe(5);
  const settles = found.find(({ what }) => what === 'rolling restart: settles');
  expect(settles).toMatchObject({ tookMs: 13_995, orderId: 'due-105000' });
  expect(settles && isTooLong(settles)).toBe(true);
});

const ROLLING: Fault = { kind: 'rolling restart', forMs: 0 };
const rolling = (settle: (dueAt: number) => number) => recoveries([episode(ROLLING)], passages(settle), PER_SECOND);

test('an order that was under way when a rolling restart began is judged by what it took from there', () => {
  const found = rolling((dueAt) => (dueAt === FAULT_AT - 30_000 ? FAULT_AT + 13_001 : dueAt + 1000));
  const settles = found.find(({ what }) => what === 'rolling restart: settles');
  expect(settles).toMatchObject({ tookMs: 13_001, orderId: 'due-70000' });
  expect(settles && isTooLong(settles)).toBe(true);
});

test('orders that had settled before a rolling restart, or came after it, are not judged by it', () => {
  const found = rolling((dueAt) => {
    if (dueAt === 60_000) return FAULT_AT - 1;
    return dueAt < OVER_AT ? dueAt + 1000 : dueAt + 40_000;
  });
  expect(took('rolling restart: settles', found)).toBe(995);
});

test('an order whose 201 comes late in a rolling restart is judged by it, however early it was due', () => {
  const late = passages().map((each) =>
    each.dueAt === FAULT_AT - 100 ? { ...each, acceptedAt: FAULT_AT + 1200 } : each,
  );
  const found = recoveries([episode(ROLLING)], late, PER_SECOND);
  expect(took('rolling restart: accepts', found)).toBe(1200);
});

test('who waits for the outcome has no 201 before, and is not taken for one that is answered late', () => {
  const waiting = passages().map((each) =>
    each.dueAt === 105_000 ? { ...each, isWaitedFor: true, acceptedAt: 107_000, settledAt: 109_000 } : each,
  );
  const found = recoveries([episode(ROLLING)], waiting, PER_SECOND);
  expect(took('rolling restart: accepts', found)).toBe(5);
  expect(took('rolling restart: settles', found)).toBe(2000);
});

test('how many orders a rolling restart delayed is counted, of all that were under way in it', () => {
  const found = rolling((dueAt) => (dueAt % 1000 === 0 ? dueAt + 4000 : dueAt + 1000));
  const delayed = found.find(({ what }) => what === 'rolling restart: settles')?.delayed;
  expect(delayed).toEqual({ count: 10, of: 113 }); // what an order took before the restart does not count
});

test('while an order is held, nothing but its operator is waited for', () => {
  const held = [{ from: FAULT_AT - 5000, to: FAULT_AT + 12_000 }];
  const those = passages((dueAt) => (dueAt === 80_000 ? FAULT_AT + 14_000 : dueAt + 1000));
  const found = recoveries(
    [episode(ROLLING)],
    those.map((each) => (each.dueAt === 80_000 ? { ...each, held } : each)),
    PER_SECOND,
  );
  expect(found.find(({ what }) => what === 'rolling restart: settles')).toMatchObject({
    ...{ tookMs: 2000, orderId: 'due-80000' },
  });
});

test('usual throughput is what settled per second', () => {
  expect(usualThroughput(passages(), 10_000, 20_000)).toBe(PER_SECOND);
});
