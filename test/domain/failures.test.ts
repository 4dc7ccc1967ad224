import { FAILURES, isFailureCode } from '../../src/domain/failures.ts';

describe('the failure table', () => {
  test('gives unavailable and defects a 5xx, everything that is the caller’s a 4xx', () => {
    for (const { kind, status } of Object.values(FAILURES)) {
      expect([kind, status >= 500]).toEqual([kind, kind === 'unavailable' || kind === 'defect']);
    }
  });

  test.each(['toString', 'constructor', '__proto__', '', 'OUT_OF_STOCK', undefined, 1])('has no code %p', (code) => {
    expect(isFailureCode(code)).toBe(false);
  });

  test('has the codes that services answer with', () => {
    for (const code of ['out_of_stock', 'card_declined', 'undone']) expect(isFailureCode(code)).toBe(true);
  });
});
