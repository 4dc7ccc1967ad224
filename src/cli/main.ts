import { userInfo } from 'node:os';
import { commandLine } from './program.ts';
import type { Terminal } from './terminal.ts';

/** An account may have no name, as in a container that runs under a number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

const terminal: Terminal = {
  out: process.stdout,
  err: process.stderr,
  input: process.stdin,
  env: process.env,
  userName: userName(),
};

// The reader may go away first (`| head`): nobody is left to tell.
for (const output of [process.stdout, process.stderr])
  output.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

/** What a check has left connecting is not waited for. */
const LINGER_MS = 200;

process.exitCode = await commandLine(process.argv.slice(2), terminal);
await new Promise((written) => process.stdout.write('', written));
setTimeout(() => process.exit(), LINGER_MS).unref();
