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

test.each(globSync('{*.md,{docs,chaos,ops}/**/*.md,bench/*.md,bench/peers/*.md}', { cwd: ROOT }))(
  'the links of %s lead somewhere',
  (file) => {
    const links = [...read(file).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
    const leadNowhere = links.filter(([, path, anchor]) => {
      const target = path ? join(dirname(file), path) : file;
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(anchor);
    });
    expect(leadNowhere.map(([link]) => link)).toEqual([]);
  },
);

/** As GitHub makes them of headings. */
function anchorsOf(file: string): Set<string> {
  const headings = [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading as string);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

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
