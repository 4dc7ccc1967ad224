import type { AddTo } from '../performing.ts';
import type { Output, Terminal } from '../terminal.ts';

/** For the list of commands only; `commandLine` sends it on before anything here reads its options. */
export const addReplay: AddTo = (program) => {
  program
    .command('replay')
    .description('prove that a change of the workflow replays the runs there are; see replay --help');
};

/** It loads the whole worker, which no other command should wait for. */
export async function replay(argv: string[], { out, err, env }: Terminal): Promise<number> {
  const { replayCommand } = await import('../../replay/command.ts');
  const lineTo = (output: Output) => (line: string) => void output.write(`${line}\n`);
  return replayCommand(argv, { out: lineTo(out), err: lineTo(err), env });
}
