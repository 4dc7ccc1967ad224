import { jest } from '@jest/globals';
import { InFlight } from '../../src/relay/in-flight.ts';
import { QueueWatch } from '../../src/relay/queue-watch.ts';
import type { Log } from '../../src/telemetry/log.ts';

/** A watch that looks when it is told to, at a queue and a clock that the test sets. */
function watching(capacity = 100) {
  const inFlight = new InFlight(capacity);
  const lines: string[] = [];
  const ages: number[] = [];
  const queue = { oldest: 0, isAway: false };
  const at = (level: string) => (_: object, event: string) => void lines.push(`${level}: ${event}`);
  const watch = new QueueWatch({
    inFlight,
    log: { info: at('info'), warn: at('warn') } as unknown as Log,
    metrics: { oldestWaiting: (seconds) => void ages.push(seconds) },
    async askOldestWaiting() {
      if (queue.isAway) throw new Error('14 UNAVAILABLE');
      return queue.oldest;
    },
  });
  return { watch, inFlight, lines, ages, queue };
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

test('no new order has room while another waits for a worker', async () => {
  const { watch, inFlight, queue } = watching();
  queue.oldest = 2.6;
  await watch.look();
  expect(inFlight.room).toBe(0);
});

test('what waits for a moment only is nobody to yield to', async () => {
  const { watch, inFlight, queue } = watching();
  queue.oldest = 2.4;
  await watch.look();
  expect(inFlight.room).toBe(100);
});

test('when nothing waits any more a few go on, and more with each look, up to the capacity', async () => {
  const { watch, inFlight, queue } = watching();
  queue.oldest = 9;
  await watch.look();
  queue.oldest = 0;
  const rooms: number[] = [];
  for (let look = 0; look < 5; look += 1) {
    await watch.look();
    rooms.push(inFlight.room);
  }
  expect(rooms).toEqual([16, 32, 64, 100, 100]);
});

test('a queue that moves is yielded to for as long as it takes', async () => {
  const { watch, inFlight, queue } = watching();
  for (let second = 0; second < 60; second += 1) {
    queue.oldest = 20 + (second % 3); // each time another one is the oldest
    await watch.look();
    expect(inFlight.room).toBe(0);
    secondsPass(2);
  }
});

test('an order that no worker can take does not stop the others for good', async () => {
  const { watch, inFlight, queue, lines } = watching();
  const look = async () => {
    await watch.look();
    secondsPass(1);
    queue.oldest += 1;
  };
  queue.oldest = 3;
  for (let second = 0; second < 15; second += 1) await look();
  expect(inFlight.room).toBe(0);
  await look();
  expect(inFlight.room).toBe(16);
  for (let second = 0; second < 5; second += 1) await look();
  expect(inFlight.room).toBe(100);
  expect(lines).toEqual([
    'info: new orders wait: others wait for a worker',
    'warn: an order waits that no worker can take; new ones go on',
  ]);
});

test('another order that waits behind is yielded to again', async () => {
  const { watch, inFlight, queue } = watching();
  queue.oldest = 3;
  for (let second = 0; second < 17; second += 1) {
    await watch.look();
    secondsPass(1);
    queue.oldest += 1;
  }
  expect(inFlight.room).toBeGreaterThan(0);
  queue.oldest = 5;
  await watch.look();
  expect(inFlight.room).toBe(0);
});

test('while Temporal does not answer all stays as it was, with one complaint', async () => {
  const { watch, inFlight, queue, lines, ages } = watching();
  queue.oldest = 4;
  await watch.look();
  queue.isAway = true;
  await watch.look();
  await watch.look();
  expect(inFlight.room).toBe(0);
  expect(ages).toEqual([4]);
  expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
});

test('says once that new orders wait, and once that they go on', async () => {
  const { watch, queue, lines } = watching();
  for (const oldest of [0, 4, 4, 0, 0]) {
    queue.oldest = oldest;
    await watch.look();
  }
  expect(lines).toEqual(['info: new orders wait: others wait for a worker', 'info: nothing waits; new orders go on']);
});
