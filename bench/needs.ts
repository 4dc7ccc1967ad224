import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Choice } from './choice.ts';
import { DEBIANS } from './machine/rabbitmq.ts';
import { isBuilt, VERSION } from './machine/real-temporal/build.ts';
import { completedReal } from './parts/completed.ts';

const run = promisify(execFile);

/** wrk, and what the choice needs. @throws with all that is missing, and what to do: before anything is measured, and not after half an hour */
export async function ensureNeeds({ parts, contestantsOf }: Choice): Promise<void> {
  const missing: string[] = [];
  if (await isMissing('wrk')) missing.push('wrk is missing: install it (Debian, Ubuntu: apt-get install wrk).');
  const needsRabbitmq = parts.some((part) => contestantsOf(part).some(({ needs }) => needs.includes('rabbitmq')));
  if (needsRabbitmq && !existsSync(DEBIANS) && (await isMissing('rabbitmq-server')))
    missing.push('rabbitmq-server is missing: install it (Debian, Ubuntu: apt-get install rabbitmq-server).');
  if (parts.includes(completedReal) && !isBuilt() && (await isMissing('go')))
    missing.push(
      `Go is missing, which builds Temporal's server ${VERSION}: install Go 1.26 or later (https://go.dev/dl).`,
    );
  if (missing.length > 0) throw new Error(missing.join('\n'));
}

const isMissing = (command: string): Promise<boolean> =>
  run('sh', ['-c', 'command -v "$0"', command]).then(
    () => false,
    () => true,
  );
