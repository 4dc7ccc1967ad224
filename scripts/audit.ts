import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// node scripts/audit.ts [--offline-passes]: known vulnerabilities of what our lockfile and the benchmark's name, as the
// registry knows them. Exit codes: 0 none; 1 some, of what runs in production or of high severity; 3 the registry does not
// answer audits, so that nothing is known. Many mirrors do not: with --offline-passes that is said aloud, and passes.
interface Finding {
  name: string;
  severity: string;
  range: string;
  nodes: string[];
}
type Report =
  | { vulnerabilities: Record<string, Finding> }
  | { vulnerabilities?: undefined; message?: string; error?: { summary?: string } };

const ours = audited('.', (locked) => locked?.dev === true);
const benchmark = audited('bench', () => true); // none of it runs in production
const seriousCount = (ours ?? 0) + (benchmark ?? 0);
const isUnknown = ours === undefined || benchmark === undefined;
if (isUnknown)
  console.error('Known vulnerabilities are not known here. Run "npm run audit" against a registry that answers.');
if (seriousCount > 0) process.exit(1);
process.exit(isUnknown && !process.argv.includes('--offline-passes') ? 3 : 0);

/** @returns how many serious ones there are; undefined where nobody answers */
function audited(dir: string, isForDevelopment: (locked?: { dev?: boolean }) => boolean): number | undefined {
  const file = join(dir, 'package-lock.json');
  const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, { dev?: boolean }> };
  const report = reportOn(dir);
  if (!report.vulnerabilities) {
    const reason = report.message || report.error?.summary || 'no reason given';
    console.error(`NOT AUDITED: ${file}: the registry does not answer: ${reason}.`);
    return undefined;
  }
  const findings = Object.values(report.vulnerabilities).map((finding) => {
    const isMild = finding.nodes.every((path) => isForDevelopment(packages[path]));
    return { ...finding, isMild, isSerious: !isMild || ['high', 'critical'].includes(finding.severity) };
  });
  for (const { name, severity, range, isMild } of findings)
    console.error(`${severity}: ${name} ${range}${isMild ? ' (for development only)' : ''}`);
  const { length } = findings.filter(({ isSerious }) => isSerious);
  const count = Object.keys(packages).length - 1;
  console.log(`audited ${count} packages of ${file}: ${findings.length} vulnerable, ${length} of them serious`);
  return length;
}

function reportOn(cwd: string): Report {
  const { stdout, stderr, error } = spawnSync('npm', ['audit', '--json', '--package-lock-only'], {
    cwd,
    encoding: 'utf8',
  });
  try {
    return JSON.parse(stdout);
  } catch {
    return { message: error?.message ?? stderr.trim().split('\n')[0] };
  }
}
