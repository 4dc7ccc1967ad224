import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FAILURES } from '../../src/domain/failures.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

test('docs/failures.md has the failure table, no more and no less', () => {
  const kinds: Record<string, string> = {
    Refused: 'refused',
    Invalid: 'invalid',
    Unavailable: 'unavailable',
    Defect: 'defect',
  };
  const documented = read('docs/failures.md')
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const kind = kinds[section.split('\n', 1)[0] as string];
      return [...section.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, code, status]) => `${code} ${kind} ${status}`);
    });
  const known = Object.entries(FAILURES).map(([code, { kind, status }]) => `${code} ${kind} ${status}`);
  expect(documented.toSorted()).toEqual(known.toSorted());
});

test.each(globSync('{*.md,docs/**/*.md}', { cwd: ROOT }))('the links of %s lead somewhere', (file) => {
  const links = [...read(file).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target]) => target as string);
  for (const target of links) expect([target, existsSync(join(ROOT, dirname(file), target))]).toEqual([target, true]);
});

/** What our package.json and the benchmark's ask for. */
const wanted: Record<string, string> = Object.assign(
  {},
  ...['package.json', 'bench/package.json'].map((file) => {
    const { dependencies, devDependencies } = JSON.parse(read(file));
    return { ...dependencies, ...devDependencies };
  }),
);

test('every dependency is explained', () => {
  const explained = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  expect(explained.toSorted()).toEqual(Object.keys(wanted).toSorted());
});

test('every version is exact', () => {
  for (const version of Object.values(wanted)) expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
});
