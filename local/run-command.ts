import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** @throws with the end of the last line that the command wrote */
export async function runQuietly(file: string, args: string[], timeout: number, signal?: AbortSignal): Promise<void> {
  try {
    await run(file, args, { timeout, killSignal: 'SIGKILL', signal });
  } catch (error) {
    const { stderr = '', killed, message } = error as Error & { stderr?: string; killed?: boolean };
    const lastLine = stderr.trim().split('\n').at(-1) || message;
    throw new Error(killed ? `no end after ${timeout / 1000} s` : lastLine.slice(-120)); // causes are told last
  }
}

/** Whether a command can be run and ends with 0 within a few seconds. */
export async function runs(file: string, args: string[], signal?: AbortSignal): Promise<boolean> {
  return runQuietly(file, args, 5000, signal).then(
    () => true,
    () => false,
  );
}
