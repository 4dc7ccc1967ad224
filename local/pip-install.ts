import { runQuietly } from './run-command.ts';

interface Options {
  timeoutMs: number;
  /** Of packages that are programs: only what is built already, nothing that would be built here. */
  buildsOnly?: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * Installs what a requirements file names into a folder, each file by its hash: one that is not the one that was chosen is not taken.
 * @throws with the end of what pip said
 */
export async function pipInstall(requirements: string, dir: string, { timeoutMs, buildsOnly, signal }: Options) {
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check', '--no-cache-dir'];
  const strict = ['--no-deps', '--require-hashes', ...(buildsOnly ? ['--only-binary', ':all:'] : [])];
  const args = ['-m', 'pip', 'install', ...quiet, ...strict, '--target', dir, '-r', requirements];
  await runQuietly('python3', args, timeoutMs, signal);
}
