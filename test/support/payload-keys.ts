import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const aKey = (id: string): string => `${id} ${randomBytes(32).toString('base64')}`;

/** A file for PAYLOAD_KEYS_FILE, for as long as a test lasts. */
export class KeysFile {
  readonly path = join(mkdtempSync(join(tmpdir(), 'payload-keys-')), 'keys');

  constructor(...lines: string[]) {
    this.write(...lines);
  }

  write(...lines: string[]): this {
    writeFileSync(this.path, `${lines.join('\n')}\n`);
    return this;
  }

  [Symbol.dispose](): void {
    rmSync(join(this.path, '..'), { recursive: true });
  }
}
