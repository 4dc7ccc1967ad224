import { jest } from '@jest/globals';
import { InFlight } from '../../src/relay/in-flight.ts';
import { Pace } from '../../src/relay/pace.ts';
import type { StartOrder } from '../../src/relay/starter.ts';
import type { ClaimedOrder } from '../../src/store/claim-orders.ts';
import type { Log } from '../../src/telemetry/log.ts';

/** A pace that looks when it is told to, at a queue and a clock that the test sets. */
function pacing(capacity = 100) {
  const inFlight = new InFlight(capacity);
  const lines: string[] = [];
  const ages: number[] = [];
  const limits: number[] = [];
  const queue = { oldest: 0, isAway: false, answersAfterMs: 0 };
  const at = (level: string) => (_: object, event: string) => void lines.push(`${level}: ${event}`);
  const pace = new Pace({
    inFlight,
    log: { info: at('info'), warn: at('warn') } as unknown as Log,
    metrics: {
      oldestWaiting: (seconds) => void ages.push(seconds),
      mayBeInFlight: (limit) => void limits.push(limit),
    },
    async askOldestWaiting() {
      nowMs += queue.answersAfterMs;
      if (queue.isAway) throw new Error('14 UNAVAILABLE');
      return queue.oldest;
    },
  });
  /** Once a second, with as many orders under way as there is room for. */
  const lookBusily = async () => {
    const ids = Array.from({ length: inFlight.room }, (_, n) => `busy-${n}`);
    for (const id of ids) inFlight.enter(id);
    for (const id of ids) inFlight.leave(id);
    await pace.look();
    secondsPass(1);
    return inFlight.room;
  };
  /** That many stay in flight. */
  const fill = (count: number) => {
    for (let n = 0; n < count; n += 1) inFlight.enter(`stays-${n}`);
  };
  return { pace, inFlight, lines, ages, limits, queue, lookBusily, fill };
}

let nowMs = 1_000_000;
beforeEach(() => {
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => {
  jest.restoreAllMocks();
});
const secondsPass = (seconds: number) => {
  nowMs += seconds * 1000;
};
const many = async <Of>(count: number, each: () => Promise<Of>): Promise<Of[]> => {
  const all: Of[] = [];
  for (let n = 0; n < count; n += 1) all.push(await each());
  return all;
};

const order = {} as ClaimedOrder;
/** A start that takes so long. */
const lasting = (pace: Pace, seconds: number) =>
  pace.timed(async () => {
    secondsPass(seconds);
    return 'eager';
  })(order);

describe('while an order waits for a worker', () => {
  test('no new one has room', async () => {
    const { pace, inFlight, queue } = pacing();
    queue.oldest = 2.6;
    await pace.look();
    expect(inFlight.room).toBe(0);
  });

  test('for a moment only, new ones have', async () => {
    const { pace, inFlight, queue } = pacing();
    queue.oldest = 2.4;
    await pace.look();
    expect(inFlight.room).toBe(88);
  });

  test('for longer than 15 s a few go on, and no more than that, as it may be one that no worker can take', async () => {
    const { queue, lines, lookBusily } = pacing();
    queue.oldest = 3;
    expect(await many(15, lookBusily)).toEqual(Array(15).fill(0));
    expect(await many(60, lookBusily)).toEqual(Array(60).fill(16));
    expect(lines).toEqual([
      'info: new orders wait: others wait for a worker',
      'warn: orders go on waiting for a worker; a few new ones go on',
    ]);
  });

  test('and starts are slow, those few become fewer', async () => {
    const { pace, queue, lookBusily } = pacing();
    queue.oldest = 3;
    expect(await many(16, lookBusily)).toEqual([...Array(15).fill(0), 16]);
    const end = Promise.withResolvers<'eager'>();
    const slow = pace.timed(() => end.promise)(order);
    secondsPass(0.6);
    expect(await many(7, lookBusily)).toEqual([12, 9, 7, 6, 5, 4, 4]);
    end.resolve('eager');
    await slow;
    // How long it took counts once more; then there may be a few again, and no more.
    expect(await many(9, lookBusily)).toEqual([4, 6, 8, 10, 12, 14, 16, 16, 16]);
  });

  test('for longer than 15 s, and then it is not known, and then it is: a few still, and no more', async () => {
    const { queue, lookBusily } = pacing();
    queue.oldest = 3;
    await many(16, lookBusily);
    queue.isAway = true;
    expect(await many(3, lookBusily)).toEqual([18, 20, 22]);
    queue.isAway = false;
    expect(await many(2, lookBusily)).toEqual([16, 16]);
  });

  test('what was narrowed before is no wider afterwards', async () => {
    const { pace, inFlight, queue, lookBusily } = pacing();
    inFlight.resume();
    const end = Promise.withResolvers<'eager'>();
    const slow = pace.timed(() => end.promise)(order);
    secondsPass(0.6);
    expect(await many(6, lookBusily)).toEqual([12, 9, 7, 6, 5, 4]);
    end.resolve('eager');
    await slow;
    queue.oldest = 3;
    expect(await many(2, lookBusily)).toEqual([0, 0]);
    queue.oldest = 0;
    expect(await many(2, lookBusily)).toEqual([4, 6]);
  });

  test('another time, it is yielded to as long again', async () => {
    const { queue, lookBusily } = pacing();
    queue.oldest = 3;
    await many(20, lookBusily);
    queue.oldest = 0;
    await lookBusily();
    queue.oldest = 3;
    expect(await lookBusily()).toBe(0);
  });

  test('that is said once, and once that new ones go on', async () => {
    const { pace, queue, lines } = pacing();
    for (const oldest of [0, 4, 4, 0, 0]) {
      queue.oldest = oldest;
      await pace.look();
    }
    expect(lines).toEqual(['info: new orders wait: others wait for a worker', 'info: nothing waits; new orders go on']);
  });
});

test('when nothing waits any more a few go on, and some more each second, up to the capacity', async () => {
  const { queue, lookBusily, limits } = pacing(25);
  queue.oldest = 9;
  await lookBusily();
  queue.oldest = 0;
  expect(await many(7, lookBusily)).toEqual([16, 18, 20, 22, 24, 25, 25]);
  expect(limits).toEqual([0, 16, 18, 20, 22, 24, 25, 25]);
});

test('there is no more room than has been needed', async () => {
  const { pace, inFlight } = pacing();
  inFlight.resume();
  await pace.look();
  await pace.look();
  expect(inFlight.room).toBe(16);
});

test('a worker begins with a few', async () => {
  const { pace, inFlight } = pacing();
  await pace.start();
  await pace.stop();
  expect(inFlight.room).toBe(16);
});

describe('while starting an order takes Temporal', () => {
  /** Starts that end when they are told to. */
  function starting(pace: Pace) {
    const ends: (() => void)[] = [];
    const start: StartOrder = pace.timed(async () => {
      await new Promise<void>((resolve) => ends.push(resolve));
      return 'eager';
    });
    return { start: () => start(order), endAll: () => ends.splice(0).forEach((end) => void end()) };
  }

  test('longer than half a second, there is room for a quarter less each second, and for four at least', async () => {
    const { pace, inFlight, fill } = pacing();
    const { start } = starting(pace);
    fill(100);
    void start();
    secondsPass(0.6);
    const limits = await many(14, async () => {
      await pace.look();
      return inFlight.limit;
    });
    expect(limits).toEqual([75, 57, 43, 33, 25, 19, 15, 12, 9, 7, 6, 5, 4, 4]);
  });

  test('longer than that since the last look, it counts although it is over', async () => {
    const { pace, inFlight, fill } = pacing();
    const { start, endAll } = starting(pace);
    fill(100);
    const started = start();
    secondsPass(0.6);
    endAll();
    await started;
    await pace.look();
    expect(inFlight.limit).toBe(75);
    await pace.look();
    expect(inFlight.limit).toBeGreaterThan(75);
  });

  test.each([
    {
      what: 'longer for half of them, as they wait for those beside them, there is room for more',
      room: 18,
      starts: [0.2, 5, 0.2, 5],
    },
    { what: 'longer for most of them, there is room for fewer', room: 12, starts: [5, 0.2, 5, 5] },
    {
      what: 'less than half a second, and more than a quarter, it stays as it is',
      room: 16,
      starts: [0.3, 0.4, 0.3, 0.4],
    },
  ])('$what', async ({ room, starts }) => {
    const { pace, inFlight, lookBusily } = pacing();
    inFlight.resume();
    for (const seconds of starts) await lasting(pace, seconds);
    expect(await lookBusily()).toBe(room);
  });

  test('and fails, the time that it took counts as well', async () => {
    const { pace, inFlight, fill } = pacing();
    fill(100);
    const start = pace.timed(async () => {
      secondsPass(10);
      throw new Error('4 DEADLINE_EXCEEDED');
    });
    await expect(start(order)).rejects.toThrow('DEADLINE');
    await pace.look();
    expect(inFlight.limit).toBe(75);
  });
});

describe('where Temporal is far away', () => {
  test.each([
    { startsAfterMs: 400, answersAfterMs: 200, room: 18 },
    { startsAfterMs: 600, answersAfterMs: 200, room: 16 },
    { startsAfterMs: 750, answersAfterMs: 200, room: 12 },
    { startsAfterMs: 740, answersAfterMs: 2000, room: 16 },
    { startsAfterMs: 760, answersAfterMs: 2000, room: 12 },
  ])('a start of $startsAfterMs ms with answers after $answersAfterMs ms leaves room for $room', async (each) => {
    const { pace, inFlight, queue, lookBusily } = pacing();
    inFlight.resume();
    queue.answersAfterMs = each.answersAfterMs;
    await pace.look();
    await lasting(pace, each.startsAfterMs / 1000);
    expect(await lookBusily()).toBe(each.room);
  });

  test('the quickest answer of the last minute counts', async () => {
    const { pace, inFlight, queue, lookBusily } = pacing();
    inFlight.resume();
    await pace.look();
    queue.answersAfterMs = 200;
    await many(59, () => pace.look());
    await lasting(pace, 0.6);
    expect(await lookBusily()).toBe(12);
    await lasting(pace, 0.4);
    expect(await lookBusily()).toBe(14);
  });
});

describe('while Temporal does not say what waits', () => {
  test('nobody has to wait for that, and there is one complaint', async () => {
    const { pace, inFlight, queue, lines, ages } = pacing();
    queue.isAway = true;
    await pace.look();
    await pace.look();
    expect(inFlight.isPaused).toBe(false);
    expect(ages).toEqual([]);
    expect(lines).toEqual(['warn: what waits in the queue could not be asked for; asked again']);
  });

  test('orders that were to wait do so for ten seconds, and then a few go on', async () => {
    const { queue, lookBusily } = pacing();
    queue.oldest = 4;
    await lookBusily();
    queue.isAway = true;
    expect(await many(12, lookBusily)).toEqual([...Array(10).fill(0), 16, 18]);
  });

  test('how long starts take decides alone', async () => {
    const { pace, inFlight, queue, lookBusily } = pacing();
    inFlight.resume();
    queue.isAway = true;
    expect(await many(2, lookBusily)).toEqual([18, 20]);
    await lasting(pace, 0.6);
    expect(await lookBusily()).toBe(15);
  });
});
