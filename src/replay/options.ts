import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { milliseconds } from '../config.ts';
import { WrongUsage } from './complaint.ts';
import { FIXTURES } from './fixture.ts';
import { filesAt, isPath } from './history-files.ts';

export const USAGE = `Replays runs on the workflow code and says which of them could not go on.

  npm run replay -- ORDER_ID...                  one or some orders (or other runs, by their workflow id)
  npm run replay -- --failed                     orders whose run failed, timed out or was terminated
  npm run replay -- --since 24h                  every run that was started since then, but those that failed or were terminated
  npm run replay -- FILE.json|DIRECTORY...       saved histories

  --save [NAME]     keep each history, without personal data, as test/workflows/histories/NAME.json
  --into DIRECTORY  keep it there instead
  --workflows PATH  another version of the workflow code: its index.ts, or the directory that has it
  --json            one JSON document, for programs
  --help            this

Examples
  npm run replay -- test/workflows/histories                 does the change I made suit the versions that are out?
  npm run replay -- --since 7d                               … and the orders that are under way?
  npm run replay -- 0199c1a2-7b1e-7c44-9d0f-3a5b6c7d8e9f --save late-refund

Temporal is found by the TEMPORAL_* settings, as the worker finds it. What is encrypted is read with PAYLOAD_KEYS_FILE.
Exit code: 0 all go on, 1 at least one would break, 2 wrong usage, 3 Temporal can't be reached or has no such run.`;

export interface ReplayOptions {
  files: string[];
  ids: string[];
  failed: boolean;
  since: Date | undefined;
  /** A name may be left out. */
  save: { name: string | undefined; directory: string } | undefined;
  workflowsPath: string;
  json: boolean;
}

const PRESENT_CODE = join(import.meta.dirname, '../workflows/index.ts');

/** @throws WrongUsage */
export function optionsFrom(argv: string[]): ReplayOptions | 'help' {
  const { values, positionals } = parsed(argv);
  if (values.help) return 'help';
  const paths = positionals.filter(isPath);
  const ids = positionals.filter((word) => !isPath(word));
  const isQuery = values.failed === true || values.since !== undefined;
  if ([paths.length > 0, ids.length > 0, isQuery].filter(Boolean).length !== 1)
    throw new WrongUsage('say which runs: ids, files, or --failed and --since');
  return {
    files: paths.flatMap(filesAt),
    ids,
    failed: values.failed === true,
    since: values.since === undefined ? undefined : timeBefore(values.since),
    save: saveFrom(values),
    workflowsPath: workflowsAt(values.workflows),
    json: values.json === true,
  };
}

function parsed(argv: string[]) {
  try {
    return parseArgs({
      args: withNamedSave(argv),
      allowPositionals: true,
      options: {
        failed: { type: 'boolean' },
        since: { type: 'string' },
        save: { type: 'string' },
        into: { type: 'string' },
        workflows: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new WrongUsage((error as Error).message);
  }
}

/** `parseArgs` knows no value that may be left out. The word after `--save` is its name unless it is a path or a run. */
function withNamedSave(argv: string[]): string[] {
  const at = argv.indexOf('--save');
  if (at < 0) return argv;
  const next = argv[at + 1];
  const isName = next !== undefined && /^[a-z\d][\w.-]*$/i.test(next) && !isPath(next) && !/[\da-f]{12}$/i.test(next);
  return argv.toSpliced(at, isName ? 2 : 1, `--save=${isName ? next : ''}`);
}

function saveFrom({ save, into }: { save?: string | undefined; into?: string | undefined }): ReplayOptions['save'] {
  if (save === undefined && into !== undefined) throw new WrongUsage('--into goes with --save');
  if (save === undefined) return undefined;
  if (!/^([a-z\d][\w.-]*)?$/i.test(save)) throw new WrongUsage(`"${save}" can't be the name of a fixture`);
  return { name: save || undefined, directory: into ?? FIXTURES };
}

function timeBefore(duration: string): Date {
  const ms = milliseconds(duration);
  if (Number.isNaN(ms))
    throw new WrongUsage(`--since "${duration}": must be a number and a unit, as in 30m, 24h or 7d`);
  return new Date(Date.now() - ms);
}

function workflowsAt(path: string | undefined): string {
  if (path === undefined) return PRESENT_CODE;
  const module = existsSync(path) && statSync(path).isDirectory() ? join(path, 'index.ts') : path;
  if (!existsSync(module)) throw new WrongUsage(`there is no workflow code at ${path}`);
  return resolve(module);
}
