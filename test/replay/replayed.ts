import { replayCommand } from '../../src/replay/command.ts';

export interface Replayed {
  code: number;
  out: string;
  err: string;
}

/** What the command says, and how it exits. */
export const replayed = (...argv: string[]): Promise<Replayed> => replayedWith({}, ...argv);

export async function replayedWith(env: NodeJS.ProcessEnv, ...argv: string[]): Promise<Replayed> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await replayCommand(argv, { out: (line) => out.push(line), err: (line) => err.push(line), env });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
