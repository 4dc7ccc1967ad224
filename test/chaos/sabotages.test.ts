import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { RULES } from '../../chaos/judge/violation.ts';
import { SabotagedCopy } from '../../chaos/sabotage/sabotaged-copy.ts';
import { patchOf, SABOTAGES } from '../../chaos/sabotage/sabotages.ts';

test('every rule, and progress, is broken by a sabotaged build', () => {
  const broken = new Set(SABOTAGES.flatMap(({ breaks }) => breaks));
  expect([...broken].toSorted()).toEqual([...RULES, 'no progress'].toSorted());
});

test('every patch belongs to a sabotage', () => {
  const patches = globSync(join(import.meta.dirname, '../../chaos/sabotage/*.patch')).map((file) => basename(file));
  expect(patches.toSorted()).toEqual(SABOTAGES.map(patchOf).toSorted());
});

test.each(SABOTAGES.map(({ name }) => name))('the patch "%s" fits the source', (name) => {
  using copy = new SabotagedCopy(patchOf({ name }));
  expect(copy.dir).toBeTruthy();
});

test('docs/reliability.md has every sabotage, and what it is reported as', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/reliability.md'), 'utf8');
  for (const { name, breaks } of SABOTAGES) expect(text).toContain(`| ${name} | ${breaks.join(', ')} |`);
});
