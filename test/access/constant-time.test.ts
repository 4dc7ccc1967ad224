import crypto from 'node:crypto';
import { jest } from '@jest/globals';

/** What was compared in constant time, and came out how. */
const compared: { bytes: number; isEqual: boolean }[] = [];
jest.unstable_mockModule('node:crypto', () => ({
  ...crypto,
  timingSafeEqual(one: Uint8Array, other: Uint8Array): boolean {
    const isEqual = crypto.timingSafeEqual(one, other);
    compared.push({ bytes: one.length, isEqual });
    return isEqual;
  },
}));
const { aHolder } = await import('./key-holders.ts');
const { KeyRing } = await import('../../src/access/key-ring.ts');
const { judgeFor } = await import('../../src/codec-server/readers.ts');
beforeEach(() => {
  compared.length = 0;
});

test('a key is let in by its whole hash, compared in constant time; one whose hash only begins like it as well', () => {
  const [shop, other] = [aHolder('shop'), aHolder('other')];
  const like = shop.line.replace('shop client', 'like client').replace(/.$/, (last) => (last === '0' ? '1' : '0'));
  const ring = new KeyRing({ lines: [like, shop.line].join('\n') });
  expect(ring.callerOf(shop.key)?.id).toBe('shop');
  expect(compared).toEqual([
    { bytes: 32, isEqual: false },
    { bytes: 32, isEqual: true },
  ]);
  expect(ring.callerOf(other.key)).toBeUndefined();
  expect(compared.filter(({ isEqual }) => isEqual)).toHaveLength(1);
});

test('the token of the codec server is compared in constant time, however long the other is', async () => {
  const judge = judgeFor({ token: 'a-token-that-nobody-can-guess-0123456789' });
  const verdicts = ['a-token-that-nobody-can-guess-0123456789', 'a-token-that-nobody-can-guess-012345678', '', 'x'].map(
    (credential) => judge(credential),
  );
  expect(await Promise.all(verdicts)).toEqual(['reader', 'unknown', 'unknown', 'unknown']);
  expect(compared).toEqual([true, false, false, false].map((isEqual) => ({ bytes: 32, isEqual })));
});
