import { existsSync } from 'node:fs';
import { runs } from '../local/run-command.ts';
import type { Choice } from './choice.ts';
import { DEBIANS } from './machine/rabbitmq.ts';
import { GO_IS_MISSING, isBuilt } from './machine/real-temporal/build.ts';
import { completedReal } from './parts/completed.ts';
import { profile } from './parts/profile.ts';

/** wrk, and what the choice needs. @throws with all that is missing, and what to do: before anything is measured, and not after half an hour */
export async function ensureNeeds({ parts, contestantsOf }: Choice): Promise<void> {
  const missing: string[] = [];
  if (await isMissing('wrk')) missing.push('wrk is missing: install it (Debian, Ubuntu: apt-get install wrk).');
  const needsRabbitmq = parts.some((part) => contestantsOf(part).some(({ needs }) => needs.includes('rabbitmq')));
  if (needsRabbitmq && !existsSync(DEBIANS) && (await isMissing('rabbitmq-server')))
    missing.push('rabbitmq-server is missing: install it (Debian, Ubuntu: apt-get install rabbitmq-server).');
  const needsServer = parts.includes(completedReal) || parts.includes(profile);
  if (needsServer && !isBuilt() && (await isMissing('go'))) missing.push(GO_IS_MISSING);
  if (parts.includes(profile) && (await isMissing('perf')))
    missing.push('perf is missing: install it (Debian: apt-get install linux-perf; Ubuntu: linux-tools-generic).');
  if (missing.length > 0) throw new Error(missing.join('\n'));
}

const isMissing = async (command: string): Promise<boolean> => !(await runs('sh', ['-c', 'command -v "$0"', command]));
