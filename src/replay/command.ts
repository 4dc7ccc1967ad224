import { codecFrom } from '../encryption/encryption.ts';
import type { EncryptionCodec } from '../encryption/encryption-codec.ts';
import { messageOf } from '../telemetry/log.ts';
import { NoHistory, WrongUsage } from './complaint.ts';
import { Fixtures } from './fixture.ts';
import { optionsFrom, type ReplayOptions, USAGE } from './options.ts';
import { Replayer } from './replayer.ts';
import { type Lines, Report } from './report.ts';
import { type Source, sourceOf } from './sources.ts';

export interface ReplayIo extends Lines {
  /** As every command is given it. Where Temporal is, `@temporalio/envconfig` reads from the process itself. */
  env: NodeJS.ProcessEnv;
}

/**
 * Replays runs on the present workflow code, and says which would break: see `--help`.
 * @returns the exit code: 0 all go on, 1 some would break, 2 wrong usage, 3 no histories to be had
 */
export async function replayCommand(argv: string[], { out, err, env }: ReplayIo): Promise<number> {
  try {
    const options = optionsFrom(argv);
    if (options !== 'help') return await replayAll(options, codecIn(env), { out, err });
    out(USAGE);
    return 0;
  } catch (error) {
    if (error instanceof WrongUsage) {
      err(`${error.message}\nSee: npm run replay -- --help`);
      return 2;
    }
    if (error instanceof NoHistory) {
      err(error.message);
      return 3;
    }
    throw error;
  }
}

function codecIn({ PAYLOAD_KEYS_FILE }: NodeJS.ProcessEnv): EncryptionCodec | undefined {
  try {
    return PAYLOAD_KEYS_FILE ? codecFrom(PAYLOAD_KEYS_FILE) : undefined;
  } catch (error) {
    throw new WrongUsage(messageOf(error));
  }
}

async function replayAll(options: ReplayOptions, codec: EncryptionCodec | undefined, lines: Lines): Promise<number> {
  const source = await sourceOf(options, codec);
  if (options.save?.name && source.total > 1) throw new WrongUsage('a name is for one history: leave it out');
  const replayer = await Replayer.on(options.workflowsPath);
  try {
    return await replayEach(source, replayer, options, lines);
  } finally {
    await replayer.stop();
    await source.close();
  }
}

async function replayEach(source: Source, replayer: Replayer, options: ReplayOptions, lines: Lines): Promise<number> {
  const report = new Report(lines, options, source.total);
  const fixtures = options.save && new Fixtures(options.save.directory, options.save.name);
  for await (const run of source.runs) {
    const found = await replayer.replay(run);
    report.replayed(run, found);
    if (fixtures) report.saved(await fixtures.keep(run, found, replayer));
  }
  report.end();
  return report.anyBreaks ? 1 : 0;
}
