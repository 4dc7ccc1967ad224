import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ThreadWatch } from '../../src/temporal/thread-watch.ts';

const never = new Promise<never>(() => {});
const SECOND = 1000;

let stuck: number;
beforeEach(() => {
  stuck = 0;
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const watch = () => new ThreadWatch(() => (stuck += 1), 10);

test('a thread that answers nothing for so long is told to be stuck, once', async () => {
  watch().over(never);
  await jest.advanceTimersByTimeAsync(9 * SECOND);
  expect(stuck).toBe(0);
  await jest.advanceTimersByTimeAsync(60 * SECOND);
  expect(stuck).toBe(1);
});

test('a thread that answers others is not stuck, however long one of them takes', async () => {
  const watched = watch();
  watched.over(never);
  for (let second = 0; second < 60; second += 1) {
    await jest.advanceTimersByTimeAsync(SECOND);
    await watched.over(Promise.resolve());
  }
  expect(stuck).toBe(0);
});

test('a thread that is asked nothing is not stuck', async () => {
  const watched = watch();
  await watched.over(Promise.resolve());
  await expect(watched.over(Promise.reject(new Error('a failed task')))).rejects.toThrow('a failed task');
  await jest.advanceTimersByTimeAsync(60 * SECOND);
  expect(stuck).toBe(0);
});

test('a process that was stopped for a while does not take its thread for stuck: time is counted in its own ticks', async () => {
  watch().over(never);
  await jest.advanceTimersByTimeAsync(SECOND);
  jest.setSystemTime(Date.now() + 3600 * SECOND);
  await jest.advanceTimersByTimeAsync(SECOND);
  expect(stuck).toBe(0);
});
