import { commandLine } from '../../src/cli/program.ts';
import type { Output } from '../../src/cli/terminal.ts';

/** What a command wrote, and its exit code. */
export interface Ran {
  code: number;
  out: string;
  err: string;
}

export interface Around {
  env?: Record<string, string>;
  input?: string;
  /** A terminal of so many columns; without it, a pipe. */
  columns?: number;
  userName?: string;
}

class Written implements Output {
  text = '';
  readonly isTTY: boolean;
  readonly rows = 50;
  readonly columns?: number;

  constructor(columns: number | undefined) {
    this.isTTY = columns !== undefined;
    if (columns) this.columns = columns;
  }

  write(text: string): void {
    this.text += text;
  }
}

/** Runs a command in this process. */
export async function run(
  argv: string[],
  { env = {}, input = '', columns, userName = 'somebody' }: Around = {},
): Promise<Ran> {
  const [out, err] = [new Written(columns), new Written(columns)];
  const code = await commandLine(argv, { out, err, input: pieces(input), env, userName });
  return { code, out: out.text, err: err.text };
}

async function* pieces(text: string): AsyncGenerator<string> {
  yield text;
}
