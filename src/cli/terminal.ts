/** What the command line is given of the process it runs in. */
export interface Terminal {
  out: Output;
  err: Output;
  input: AsyncIterable<Buffer | string>;
  env: NodeJS.ProcessEnv;
  /** Of the operating system's user. */
  userName: string;
}

export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

/** What does not go to a terminal is never cut. */
export const widthOf = ({ isTTY, columns }: Output): number => (isTTY && columns ? columns : Number.POSITIVE_INFINITY);

/** Source: no-color.org. */
export const isColoured = ({ isTTY }: Output, { NO_COLOR, TERM }: NodeJS.ProcessEnv): boolean =>
  Boolean(isTTY) && !NO_COLOR && TERM !== 'dumb';
