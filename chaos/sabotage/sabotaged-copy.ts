import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../local/config.ts';

/** What a run starts of the source tree, and what that needs. */
const NEEDED = ['src', 'services', 'scripts', 'worker.ts', 'package.json'];

/** A copy of the source tree with a patch of this folder in it. The dependencies are those of the original. */
export class SabotagedCopy implements Disposable {
  readonly dir = mkdtempSync(join(tmpdir(), 'durable-orders-sabotaged-'));

  /** @throws where the source has changed so that the patch no longer fits */
  constructor(patch: string) {
    for (const each of NEEDED) cpSync(join(PROJECT_ROOT, each), join(this.dir, each), { recursive: true });
    symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(this.dir, 'node_modules'));
    const env = { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() }; // in a repository it would patch that
    execFileSync('git', ['apply', join(import.meta.dirname, patch)], { cwd: this.dir, env });
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
