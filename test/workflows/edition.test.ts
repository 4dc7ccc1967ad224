import { EDITION } from '../../src/domain/names.ts';
import { changesOf, KNOWN_EDITION } from '../../src/workflows/edition.ts';

test('a run of a later edition is not carried on by code that does not know it', () => {
  expect(() => changesOf(KNOWN_EDITION + 1)).toThrow(`edition ${KNOWN_EDITION + 1}`);
  expect(() => changesOf(KNOWN_EDITION)).not.toThrow();
  expect(() => changesOf(undefined)).not.toThrow();
});

test('a run has what there was when it began', () => {
  expect(changesOf(0)('decided-first')).toBe(false);
  expect(changesOf(1)('decided-first')).toBe(true);
});

test('what begins now is known to this code', () => {
  expect(EDITION).toBeLessThanOrEqual(KNOWN_EDITION);
});
