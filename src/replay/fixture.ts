import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { WrongUsage } from './complaint.ts';
import { orderIdOf, type RecordedRun } from './recorded-run.ts';
import type { Break, Replayer } from './replayer.ts';
import { scrubbed } from './scrubbed.ts';

const ROOT = join(import.meta.dirname, '../..');
export const FIXTURES = join(ROOT, 'test/workflows/histories');

/** A history as the tests keep it: without anything personal. `history` is JSON text, as the SDK writes it. */
export const fixtureText = (history: string): string => `${JSON.stringify(scrubbed(JSON.parse(history)), null, 1)}\n`;

/** Keeps histories as fixtures, each only once it has been seen that without its personal data it replays alike. */
export class Fixtures {
  readonly #directory: string;
  readonly #name: string | undefined;

  /** @param name of the one history that is kept; without it each is named after the version and its order */
  constructor(directory: string, name: string | undefined) {
    this.#directory = directory;
    this.#name = name;
  }

  /**
   * @param verdict what replaying the run as it was came to; a run that breaks is worth keeping too
   * @returns the file
   * @throws WrongUsage when there is such a file, or when the history needs what may not be kept
   */
  async keep(run: RecordedRun, verdict: Break | null, replayer: Replayer): Promise<string> {
    const file = join(this.#directory, `${this.#name ?? nameOf(run)}.json`);
    if (existsSync(file))
      throw new WrongUsage(`there is a fixture ${file} already: give another name with --save NAME`);
    const text = fixtureText(jsonOf(run));
    const again = await replayer.replay({ workflowId: run.workflowId, history: JSON.parse(text) });
    if (again?.eventId !== verdict?.eventId) {
      throw new WrongUsage(
        `${run.workflowId} is not saved: without personal data it does not replay alike (${again?.cause}). ` +
          'If it needs a text that is not personal, add its name to KEPT in src/replay/scrubbed.ts.',
      );
    }
    mkdirSync(this.#directory, { recursive: true });
    writeFileSync(file, text);
    return file;
  }
}

function nameOf(run: RecordedRun): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return `${version}-${(orderIdOf(run) ?? run.workflowId).slice(0, 8)}`;
}

/** What a file has is JSON already, which the SDK's converter does not take. */
const jsonOf = ({ file, history }: RecordedRun): string =>
  file === undefined ? historyToJSON(history as Parameters<typeof historyToJSON>[0]) : JSON.stringify(history);
