import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encryptionFrom } from '../../src/encryption/encryption.ts';
import { bundleFor } from '../../src/encryption/workflow-bundle.ts';
import { ROOT } from '../support/imports.ts';
import { aKey, KeysFile } from '../support/payload-keys.ts';

test('a worker with a prebuilt bundle runs the one that encrypts failures where encryption is on, and only there', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bundles-'));
  const file = join(directory, 'workflow-bundle.js');
  await promisify(execFile)(process.execPath, ['scripts/bundle-workflows.ts', file], { cwd: ROOT });
  using keys = new KeysFile(aKey('k1'));
  const hasConverter = (...lines: string[]) => {
    const encryption = lines.length > 0 ? encryptionFrom(keys.write(...lines).path) : undefined;
    return readFileSync(bundleFor(encryption, file), 'utf8').includes('encryption/failure-converter.ts');
  };
  expect([hasConverter(), hasConverter(aKey('k1')), hasConverter('clear', aKey('k1'))]).toEqual([false, true, false]);
  rmSync(directory, { recursive: true });
}, 60_000);
