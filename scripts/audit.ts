import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

// node scripts/audit.ts [--offline-passes]: known vulnerabilities of what is installed, as the registry knows them.
// Exit codes: 0 none; 1 some, of what runs in production or of high severity; 3 the registry does not answer audits, so
// that nothing is known. Many mirrors do not: with --offline-passes that is said aloud, and passes.
interface Finding {
  name: string;
  severity: string;
  range: string;
  nodes: string[];
}
type Report =
  | { vulnerabilities: Record<string, Finding> }
  | { vulnerabilities?: undefined; message?: string; error?: { summary?: string } };

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, { dev?: boolean }>;
};
const report = audit();
if (!report.vulnerabilities) {
  console.error(
    `NOT AUDITED: the registry does not answer: ${report.message || report.error?.summary || 'no reason given'}.`,
  );
  console.error('Known vulnerabilities are not known here. Run "npm run audit" against a registry that answers.');
  process.exit(process.argv.includes('--offline-passes') ? 0 : 3);
}
const findings = Object.values(report.vulnerabilities);
for (const { name, severity, range, nodes } of findings)
  console.error(`${severity}: ${name} ${range}${isForDevelopment(nodes) ? ' (for development only)' : ''}`);
const serious = findings.filter(
  ({ severity, nodes }) => !isForDevelopment(nodes) || severity === 'high' || severity === 'critical',
);
console.log(
  `audited ${Object.keys(packages).length - 1} packages: ${findings.length} vulnerable, ${serious.length} of them serious`,
);
process.exit(serious.length > 0 ? 1 : 0);

function audit(): Report {
  const { stdout, stderr, error } = spawnSync('npm', ['audit', '--json', '--package-lock-only'], { encoding: 'utf8' });
  try {
    return JSON.parse(stdout);
  } catch {
    return { message: error?.message ?? stderr.trim().split('\n')[0] };
  }
}

function isForDevelopment(nodes: string[]): boolean {
  return nodes.every((path) => packages[path]?.dev);
}
