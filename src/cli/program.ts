import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { Complaint, Refused } from './api/answers.ts';
import { addActions } from './commands/actions.ts';
import { addAmend } from './commands/amend.ts';
import { addBulk } from './commands/bulk.ts';
import { addCancel, addRetry } from './commands/decide.ts';
import { addDoctor } from './commands/doctor.ts';
import { addFailures } from './commands/failures.ts';
import { addKeys } from './commands/keys.ts';
import { addList } from './commands/list.ts';
import { addReplay, replay } from './commands/replay.ts';
import { addShow } from './commands/show.ts';
import { addSubmit } from './commands/submit.ts';
import { complain, sentenceOf } from './complaint.ts';
import { EXIT } from './exit-codes.ts';
import { jsonOption } from './options.ts';
import { performing } from './performing.ts';
import type { Terminal } from './terminal.ts';

const COMMANDS = {
  'Orders:': [addSubmit, addList, addShow],
  'Failures:': [addFailures, addRetry, addCancel, addAmend, addBulk, addActions],
  'The system:': [addDoctor, addKeys, addReplay],
};

const EXIT_CODES = `
The API's key, where it has keys, is taken from DURABLE_ORDERS_KEY.

Exit codes:
  0  done
  1  the answer is no: refused, not found, or broken
  2  wrong usage
  3  the system can't be reached, or is unavailable for now`;

/** Carries one command out. Answers with the exit code and throws nothing. */
export async function commandLine(argv: string[], terminal: Terminal): Promise<number> {
  try {
    // Its options are its own: commander would take those that it knows itself.
    if (argv[0] === 'replay') return await replay(argv.slice(1), terminal);
    const { perform, exitCode } = performing(terminal);
    const program = emptyProgram(terminal);
    for (const [group, commands] of Object.entries(COMMANDS)) {
      program.commandsGroup(group);
      for (const addTo of commands) addTo(program, perform);
    }
    program.helpCommand('help [command]', 'how a command is used');
    await program.parseAsync(argv, { from: 'user' });
    return exitCode();
  } catch (error) {
    return exitCodeFor(error, argv, terminal);
  }
}

function emptyProgram({ out, err }: Terminal): Command {
  return new Command('durable-orders')
    .description('Places orders, follows them, and decides about those that could not go on.')
    .version(version(), '--version', 'of this program')
    .option('--url <url>', 'the API (default: API_URL, else http://127.0.0.1 at PORT or 3000)')
    .option(
      '--as <name>',
      'who is asking, where the API has no keys (default: CLIENT_ID, else the name of your account)',
    )
    .addOption(jsonOption())
    .addHelpText('after', EXIT_CODES)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void out.write(text),
      writeErr: (text) => void err.write(text),
      getOutHelpWidth: () => out.columns ?? 100,
      getErrHelpWidth: () => err.columns ?? 100,
    })
    .showHelpAfterError('Add --help to see how it is used.')
    .exitOverride();
}

const version = (): string => JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;

/** An error has been told when this returns; commander tells its own. */
function exitCodeFor(error: unknown, argv: string[], terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof Refused && argv.includes('--json'))
    terminal.out.write(`${JSON.stringify(error.problem, null, 2)}\n`);
  complain(terminal, sentenceOf(error, Date.now()));
  return error instanceof Complaint ? error.exitCode : EXIT.no;
}
