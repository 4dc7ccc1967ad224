import { isSettled, LEGAL_MOVES, noStepTaken, ORDER_STATUSES, SETTLED_STATUSES } from '../../src/domain/lifecycle.ts';

const moves = LEGAL_MOVES.map((move) => move.split('>') as [string, string]);
const from = (status: string) => moves.filter(([start]) => start === status).map(([, end]) => end);

describe('the lifecycle', () => {
  test('settles in confirmed, rejected or cancelled, and nowhere else', () => {
    expect(SETTLED_STATUSES.toSorted()).toEqual(['cancelled', 'confirmed', 'rejected']);
    expect(ORDER_STATUSES.filter(isSettled)).toEqual(SETTLED_STATUSES);
  });

  test.each(SETTLED_STATUSES)('has no way out of %s', (status) => expect(from(status)).toEqual([]));

  test('reaches every status from accepted', () => {
    const reached = new Set(['accepted']);
    for (const status of reached) for (const next of from(status)) reached.add(next);
    expect([...reached].toSorted()).toEqual(ORDER_STATUSES.toSorted());
  });

  test('lets every unsettled status come to an end', () => {
    const settling = (status: string, seen: string[] = []): boolean =>
      from(status).some((next) => from(next).length === 0 || (!seen.includes(next) && settling(next, [...seen, next])));
    for (const status of ORDER_STATUSES.filter((each) => !isSettled(each)))
      expect([status, settling(status)]).toEqual([status, true]);
  });

  test('does not let a late confirmation overtake an operator: held is never confirmed at once', () => {
    expect(LEGAL_MOVES).not.toContain('held>confirmed');
    expect(LEGAL_MOVES).toContain('held>processing');
  });

  test('lets a run settle that was faster than the note that it was started', () => {
    expect(from('accepted')).toEqual(expect.arrayContaining(['confirmed', 'rejected', 'held']));
  });

  test('does not let what is known of an earlier run fail an order that is to be started again', () => {
    expect(LEGAL_MOVES).not.toContain('accepted>failed');
    expect([...from('processing'), ...from('held')].filter((status) => status === 'failed')).toHaveLength(2);
  });

  test('gives each order steps of its own', () => {
    const [first] = noStepTaken();
    Object.assign(first ?? {}, { state: 'done' });
    expect(noStepTaken()[0]).toEqual({ step: 'deduct', state: 'waiting', attempts: 0 });
  });
});
