/** What a program that calls the command line goes by; `--help` and docs/cli.md say the same. */
export const EXIT = {
  done: 0,
  /** Refused, not found, or broken. */
  no: 1,
  usage: 2,
  /** The system can't be reached, or is unavailable for now: the same again later may work. */
  unavailable: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Of several orders: one that can't be done is a No, whatever became of the others. */
export function exitCodeOf(codes: ExitCode[]): ExitCode {
  const failures = codes.filter((code) => code !== EXIT.done);
  if (failures.length === 0) return EXIT.done;
  return codes.length === 1 ? (failures[0] as ExitCode) : EXIT.no;
}
