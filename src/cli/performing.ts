import type { Command } from 'commander';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { Session } from './session.ts';
import type { Terminal } from './terminal.ts';

/** What a command does with its arguments and options; where it answers with no exit code it went well. */
// biome-ignore lint/suspicious/noConfusingVoidType: most commands have nothing to answer
type Run<Given extends unknown[]> = (session: Session, ...given: Given) => Promise<ExitCode | void>;

/** Turns it into what commander calls: with arguments, options, and the command last. */
export type Perform = <Given extends unknown[]>(run: Run<Given>) => (...given: unknown[]) => Promise<void>;

/** A command adds itself to the program. */
export type AddTo = (program: Command, perform: Perform) => void;

export function performing(terminal: Terminal): { perform: Perform; exitCode(): ExitCode } {
  let exitCode: ExitCode = EXIT.done;
  const perform: Perform =
    <Given extends unknown[]>(run: Run<Given>) =>
    async (...given) => {
      const command = given.at(-1) as Command;
      const session = new Session(terminal, command.optsWithGlobals());
      exitCode = (await run(session, ...(given as Given))) ?? EXIT.done;
    };
  return { perform, exitCode: () => exitCode };
}
