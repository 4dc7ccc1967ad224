import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { ROOT } from './imports.ts';

export type Change = (story: string) => string;

const PAY = /^.*\bawait run\.(?:pay\(|take\('pay').*\n/m;
const DEDUCT = /^.*\bawait run\.(?:deduct\(|take\('deduct').*\n/m;

const lineOf = (pattern: RegExp, story: string): string => {
  const [line] = pattern.exec(story) ?? [];
  if (!line) throw new Error(`the story has no line like ${pattern}`);
  return line;
};

/** The money is taken before the stock. */
export const payFirst: Change = (story) => {
  const [pay, deduct] = [lineOf(PAY, story), lineOf(DEDUCT, story)];
  return story.replace(pay, '').replace(deduct, pay + deduct);
};

/** Before the money is taken, something is waited for. */
export const withExtraStep: Change = (story) => {
  const pay = lineOf(PAY, story);
  return story
    .replace(pay, `      await sleep('1s');\n${pay}`)
    .replace('CancellationScope,', 'CancellationScope, sleep,');
};

/** The same extra step, for orders only that begin on this version. */
export const withPatchedStep: Change = (story) =>
  withExtraStep(story)
    .replace(`await sleep('1s')`, `if (patched('a-pause')) await sleep('1s')`)
    .replace('CancellationScope,', 'CancellationScope, patched,');

/** A defect in the new code. */
export const withDefect: Change = (story) => {
  const pay = lineOf(PAY, story);
  return story.replace(pay, `      throw new TypeError('no such thing');\n${pay}`);
};

/** A copy of the workflow code with another story, as a checkout of another version would be. */
export class OtherCode implements Disposable {
  readonly #directory = mkdtempSync(join(tmpdir(), 'other-code-'));

  constructor(change: Change) {
    for (const folder of ['workflows', 'domain', 'activities'])
      cpSync(join(ROOT, 'src', folder), join(this.#directory, 'src', folder), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(this.#directory, 'node_modules'));
    const story = join(this.path, 'process-order.ts');
    writeFileSync(story, change(readFileSync(story, 'utf8')));
  }

  get path(): string {
    return join(this.#directory, 'src/workflows');
  }

  /** @returns a file for WORKFLOW_BUNDLE */
  async bundle(): Promise<string> {
    const logger = new DefaultLogger('ERROR');
    const { code } = await bundleWorkflowCode({ workflowsPath: join(this.path, 'index.ts'), logger });
    const file = join(this.#directory, 'bundle.js');
    writeFileSync(file, code);
    return file;
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true });
  }
}
