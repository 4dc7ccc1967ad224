import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// node scripts/licences.ts [DIR]: under which licences is what is installed? Exit code 1: one is not on the list.
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

const root = process.argv[2] ?? '.';
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, unknown>;
};
const counts = new Map<string, number>();
const refused: string[] = [];
for (const path of Object.keys(packages)) {
  const file = join(root, path, 'package.json');
  if (path === '' || !existsSync(file)) continue; // another platform's build
  const { name, version, license, licenses } = JSON.parse(readFileSync(file, 'utf8'));
  const licence = String(license?.type ?? license ?? licenses?.[0]?.type ?? READ[name] ?? 'none');
  counts.set(licence, (counts.get(licence) ?? 0) + 1);
  if (!isAllowed(licence)) refused.push(`${name}@${version}: ${licence}`);
}
for (const [licence, count] of [...counts].toSorted(([, a], [, b]) => b - a)) console.log(`${count}\t${licence}`);
for (const each of refused) console.error(`not on the list of licences: ${each}`);
process.exit(refused.length > 0 || counts.size === 0 ? 1 : 0);

/** An SPDX expression, without nesting. */
function isAllowed(licence: string): boolean {
  return licence
    .replace(/[()]/g, '')
    .split(' AND ')
    .every((part) => part.split(' OR ').some((each) => ALLOWED.includes(each)));
}
