import { join } from 'node:path';
import { PROJECT_ROOT } from '../../local/config.ts';
import type { Part } from '../../local/part.ts';
import type { Program } from '../peers/contestants.ts';
import type { Environment } from './environment.ts';

/** A program of a contestant, as a process that says when it is ready. Its output goes to a file, not to the terminal. */
export function programPart({ name, script }: Program, environment: Environment): Part {
  return {
    name,
    needs: [],
    log: join(environment.DATA_DIR, 'logs', `${name.replaceAll(/\W+/g, '-')}.log`),
    command: async () => ({
      file: process.execPath,
      args: [join(PROJECT_ROOT, script)],
      cwd: PROJECT_ROOT,
      env: environment,
    }),
    ready: 'says so',
    stop: { signal: 'SIGTERM', graceMs: 10_000 },
  };
}
