import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { workflowIdOf } from '../domain/names.ts';
import type { EncryptionCodec } from '../encryption/encryption-codec.ts';
import { WrongUsage } from './complaint.ts';
import { inClear } from './in-clear.ts';
import type { RecordedRun } from './recorded-run.ts';

/** Whether a word of the command means a file or a directory, and not a run. */
export const isPath = (word: string): boolean => /[\\/]|\.json$/.test(word) || existsSync(word);

/**
 * The `.json` files that a path stands for.
 * @throws WrongUsage for none: replaying nothing would look like a success
 */
export function filesAt(path: string): string[] {
  if (!existsSync(path)) throw new WrongUsage(`there is no file ${path}`);
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith('.json'));
  if (names.length === 0) throw new WrongUsage(`there is no history (*.json) in ${path}`);
  return names.toSorted().map((name) => join(path, name));
}

/** Reads one file after the other, each when it is asked for. */
export function* runsIn(files: string[], codec: EncryptionCodec | undefined): Generator<RecordedRun> {
  for (const file of files) {
    const { history } = inClear({ workflowId: file, history: historyIn(file) }, codec);
    yield { workflowId: workflowIdIn(history) ?? basename(file, '.json'), file, history };
  }
}

function historyIn(file: string): RecordedRun['history'] {
  try {
    const history = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(history?.events) && history.events.length > 0) return history;
  } catch (error) {
    throw new WrongUsage(`${file} can't be read: ${(error as Error).message}`);
  }
  throw new WrongUsage(`${file} is not a history: it has no events`);
}

interface Started {
  workflowId?: string;
  input?: { payloads?: { data?: string }[] };
}

/** Servers write the workflow's id into its first event since 1.24; for an older history the order says which it is. */
function workflowIdIn({ events }: RecordedRun['history']): string | undefined {
  const started = events[0]?.workflowExecutionStartedEventAttributes as Started | undefined;
  if (started?.workflowId) return started.workflowId;
  try {
    const { order } = JSON.parse(Buffer.from(started?.input?.payloads?.[0]?.data ?? '', 'base64').toString());
    return typeof order?.id === 'string' ? workflowIdOf(order.id) : undefined;
  } catch {
    return undefined;
  }
}
