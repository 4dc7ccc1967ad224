import { EDITION } from '../../src/domain/names.ts';
import { changesOf } from '../../src/workflows/edition.ts';

test('a run of a later edition is not carried on by code that does not know it', () => {
  expect(() => changesOf(EDITION + 1)).toThrow(`edition ${EDITION + 1}`);
  expect(() => changesOf(EDITION)).not.toThrow();
  expect(() => changesOf(undefined)).not.toThrow();
});
