import { access, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { installers } from './installers.ts';
import { runs } from './run-command.ts';

/** An executable of Temporal's, and where it comes from. */
export interface Wanted {
  title: string;
  file: string;
  setting: string;
  onPath: boolean;
  server: 'local' | 'time-skipping';
  wheel: string;
  version: string;
}

export interface FindOptions {
  /** The value of the setting that names the executable. */
  setting: string | undefined;
  path: string | undefined;
  cacheDir: string;
  signal?: AbortSignal;
  note?: (text: string) => void;
  /** In the order in which they are tried; each puts the executable somewhere into `dir` and answers where. */
  install?: Installer[];
}

export interface Installer {
  name: string;
  run(wanted: Wanted, dir: string, signal?: AbortSignal): Promise<string>;
}

/**
 * The setting, then PATH, then the cache, then the installers, whose find goes into the cache.
 * @throws with one sentence that says where it was looked for and what to do
 */
export async function findExecutable(wanted: Wanted, options: FindOptions): Promise<string> {
  if (options.setting) return mustBeExecutable(options.setting, wanted);
  const cached = join(options.cacheDir, `${wanted.file}-${wanted.version}`);
  const found = (await onPath(wanted, options)) ?? ((await isExecutable(cached)) ? cached : undefined);
  return found ?? install(wanted, cached, options);
}

async function mustBeExecutable(file: string, { setting }: Wanted): Promise<string> {
  if (await isExecutable(file)) return file;
  throw new Error(`${setting} is ${file}, which is not an executable file`);
}

/** A version manager leaves stand-ins on PATH for commands that it does not have: only one that runs counts. */
async function onPath({ file, onPath }: Wanted, { path = '', signal }: FindOptions): Promise<string | undefined> {
  if (!onPath) return undefined;
  for (const dir of path.split(delimiter).filter(Boolean)) {
    const candidate = join(dir, file);
    if ((await isExecutable(candidate)) && (await runs(candidate, ['--version'], signal))) return candidate;
  }
  return undefined;
}

async function install(wanted: Wanted, cached: string, options: FindOptions): Promise<string> {
  options.note?.(`fetching ${wanted.title}, which this machine does not have yet`);
  const failures: string[] = [];
  for (const { name, run } of options.install ?? installers) {
    try {
      await installVia(run, wanted, cached, options);
      return cached;
    } catch (error) {
      options.signal?.throwIfAborted();
      failures.push(`${name} failed (${(error as Error).message})`);
    }
  }
  const places = [`${wanted.setting} is not set`, ...(wanted.onPath ? [`no ${wanted.file} on PATH`] : []), ...failures];
  throw new Error(
    `${wanted.title} was not found: ${places.join(', ')}. Install it (https://docs.temporal.io/cli) or set ${wanted.setting} to its path`,
  );
}

/** By way of a folder of its own and a rename: others may be doing the same, or be running what they have cached. */
async function installVia(run: Installer['run'], wanted: Wanted, cached: string, { cacheDir, signal }: FindOptions) {
  await mkdir(cacheDir, { recursive: true });
  const dir = await mkdtemp(join(cacheDir, 'install-'));
  try {
    await rename(await run(wanted, dir, signal), cached);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
