import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// node scripts/licences.ts [DIR…]: under which licences is what the lockfiles name? Without a folder: ours and the
// benchmark's. Exit code 1: one is not on the list. What is installed says so itself; of what is not, such as the
// benchmark's packages and builds for other platforms, the lockfile says what the registry did.
const ALLOWED = [
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC-BY-4.0', // of data: which browser knows what
];
/** What its package.json leaves out, read in its LICENSE. */
const READ: Record<string, string> = { unionfs: 'Unlicense' };
/** A program that the benchmark runs to measure it: neither linked with nor passed on, and nobody's service. */
const MEASURED = { by: 'durable-orders-bench', name: /^@restatedev\/restate-server(-[a-z0-9-]+)?$/, licence: 'BSL' };

interface Manifest {
  version?: string;
  license?: string | { type: string };
  licenses?: { type: string }[];
  /** Of the lockfile: left out where it does not fit the machine. */
  optional?: boolean;
}

const counts = new Map<string, number>();
const refused: string[] = [];
const roots = process.argv.length > 2 ? process.argv.slice(2) : ['.', 'bench'];
for (const root of roots) {
  const lock = readJson(join(root, 'package-lock.json')) as { name: string; packages: Record<string, Manifest> };
  for (const [path, locked] of Object.entries(lock.packages)) {
    if (path === '') continue;
    const manifest = installedAt(join(root, path, 'package.json')) ?? locked;
    if (manifest === locked && locked.optional && !locked.license) continue; // a build that the registry does not carry
    const name = path.split('node_modules/').at(-1) as string;
    check(lock.name, name, manifest);
  }
}
for (const [licence, count] of [...counts].toSorted(([, a], [, b]) => b - a)) console.log(`${count}\t${licence}`);
for (const each of refused) console.error(`not on the list of licences: ${each}`);
process.exit(refused.length > 0 || counts.size === 0 ? 1 : 0);

function check(by: string, name: string, { version, license, licenses }: Manifest): void {
  const said = typeof license === 'object' ? license.type : license;
  const licence = String(said ?? licenses?.[0]?.type ?? READ[name] ?? 'none');
  counts.set(licence, (counts.get(licence) ?? 0) + 1);
  const isMeasured = by === MEASURED.by && MEASURED.name.test(name) && licence === MEASURED.licence;
  if (!isMeasured && !isAllowed(licence)) refused.push(`${name}@${version}: ${licence}`);
}

function installedAt(file: string): Manifest | undefined {
  return existsSync(file) ? (readJson(file) as Manifest) : undefined;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** An SPDX expression, without nesting. */
function isAllowed(licence: string): boolean {
  return licence
    .replace(/[()]/g, '')
    .split(' AND ')
    .every((part) => part.split(' OR ').some((each) => ALLOWED.includes(each)));
}
