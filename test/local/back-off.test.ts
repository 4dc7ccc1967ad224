import { expect, test } from '@jest/globals';
import { BACK_OFF, nextPause } from '../../local/back-off.ts';

test('the pause doubles from one second to ten', () => {
  const pauses = [0];
  while (pauses.length < 7) pauses.push(nextPause(pauses.at(-1) ?? 0, 100, BACK_OFF));
  expect(pauses.slice(1)).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
});

test('half a minute of health starts it over', () => {
  expect(nextPause(10_000, 30_000, BACK_OFF)).toBe(1000);
  expect(nextPause(10_000, 29_999, BACK_OFF)).toBe(10_000);
});
