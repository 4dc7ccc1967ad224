import { jest } from '@jest/globals';
import { InFlight } from '../../src/relay/in-flight.ts';
import { until } from '../support/until.ts';

test('room is what the capacity leaves', () => {
  const inFlight = new InFlight(2);
  inFlight.enter('a');
  inFlight.enter('a');
  expect([inFlight.size, inFlight.room]).toEqual([1, 1]);
  inFlight.leave('a');
  expect([inFlight.size, inFlight.room]).toEqual([0, 2]);
});

test('room is told of when an order leaves, once', () => {
  const inFlight = new InFlight(2);
  let told = 0;
  inFlight.onRoom(() => {
    told += 1;
  });
  inFlight.enter('a');
  inFlight.leave('a');
  inFlight.leave('a');
  inFlight.leave('never there');
  expect(told).toBe(1);
});

test('an order whose end is not seen here is let go in the end', async () => {
  const inFlight = new InFlight(1, 50);
  inFlight.enter('a');
  expect(inFlight.room).toBe(0);
  await until(() => inFlight.room === 1);
});

test('a wall clock that is set back keeps no order longer', async () => {
  const inFlight = new InFlight(1, 50);
  inFlight.enter('a');
  const set = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
  try {
    await until(() => inFlight.room === 1);
  } finally {
    set.mockRestore();
  }
});

test('a pause leaves no room, and what is in stays in', () => {
  const inFlight = new InFlight(40);
  inFlight.enter('a');
  inFlight.pause();
  expect([inFlight.size, inFlight.room > 0, inFlight.isPaused]).toEqual([1, false, true]);
});

test('after a pause there is room for a few, and who waits for it is told', () => {
  const inFlight = new InFlight(40);
  let told = 0;
  inFlight.pause();
  inFlight.onRoom(() => {
    told += 1;
  });
  inFlight.resume();
  expect([inFlight.room, told]).toEqual([16, 1]);
});

const enter = (inFlight: InFlight, count: number) => {
  const ids = Array.from({ length: count }, (_, n) => `${n}`);
  for (const id of ids) inFlight.enter(id);
  return () => ids.forEach((id) => void inFlight.leave(id));
};

test('there is room for an eighth more where what there was has been needed since, and for as much less where not', () => {
  const inFlight = new InFlight(40);
  inFlight.resume();
  const limits = [13, 14, 16, 18, 0, 0].map((needed) => {
    enter(inFlight, needed)();
    inFlight.fit();
    return inFlight.limit;
  });
  expect(limits).toEqual([16, 18, 20, 22, 20, 18]);
});

test('there is room for a few whatever was needed', () => {
  const inFlight = new InFlight(40);
  inFlight.resume();
  inFlight.fit();
  expect(inFlight.limit).toBe(16);
});

test('there is room for a quarter less than were in at once, and for four at least', () => {
  const inFlight = new InFlight(100);
  const leave = enter(inFlight, 40);
  inFlight.narrow();
  expect(inFlight.limit).toBe(30);
  inFlight.narrow(); // they are still in
  expect(inFlight.limit).toBe(23);
  leave();
  for (let n = 0; n < 2; n += 1) inFlight.narrow();
  expect(inFlight.limit).toBe(4);
});

test('after a pause there is room for no more than before it', () => {
  const inFlight = new InFlight(100);
  inFlight.narrow();
  inFlight.pause();
  inFlight.pause();
  inFlight.resume();
  expect(inFlight.limit).toBe(4);
});

test('a capacity below a few is not exceeded', () => {
  const inFlight = new InFlight(2);
  inFlight.pause();
  inFlight.resume();
  inFlight.narrow();
  expect(inFlight.room).toBe(2);
});
