import { RateLimit } from '../../src/access/rate-limit.ts';

const take = (limit: RateLimit, now: number, id = 'shop') => limit.take(id, now);

describe('a quota of 10 in a second', () => {
  test('may be used up at once, and not by one more', () => {
    const limit = new RateLimit({ requests: 10, windowMs: 1000 });
    const taken = Array.from({ length: 10 }, () => take(limit, 5));
    expect(taken.map(({ isOver }) => isOver)).not.toContain(true);
    expect(taken.map(({ remaining }) => remaining)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(take(limit, 5)).toEqual({ isOver: true, remaining: 0, waitMs: 100, fullInMs: 1000 });
  });

  test('comes back evenly: a tenth in a tenth of a second', () => {
    const limit = new RateLimit({ requests: 10, windowMs: 1000 });
    for (let n = 0; n < 10; n += 1) take(limit, 0);
    expect([take(limit, 99).isOver, take(limit, 100).isOver, take(limit, 100).isOver]).toEqual([true, false, true]);
    expect(take(limit, 1100).remaining).toBe(9);
  });

  test('is not what is refused: who goes on asking loses nothing by it', () => {
    const limit = new RateLimit({ requests: 10, windowMs: 1000 });
    for (let n = 0; n < 1000; n += 1) take(limit, 0);
    expect(take(limit, 100).isOver).toBe(false);
  });

  test('is kept over a long time, at any rate of asking', () => {
    const limit = new RateLimit({ requests: 7, windowMs: 1000 });
    let taken = 0;
    for (let now = 0; now < 100_000; now += 3) if (!take(limit, now).isOver) taken += 1;
    expect(taken).toBe(7 + 699);
  });

  test('is each one’s own', () => {
    const limit = new RateLimit({ requests: 1, windowMs: 1000 });
    expect([take(limit, 0, 'a').isOver, take(limit, 0, 'b').isOver, take(limit, 0, 'a').isOver]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

test('callers who have their whole quota again are forgotten: memory does not grow with names', () => {
  const limit = new RateLimit({ requests: 10, windowMs: 1000 });
  for (let n = 0; n < 100_000; n += 1) take(limit, n, `caller-${n}`);
  expect(limit.kept).toBeLessThanOrEqual(10_000);
});
