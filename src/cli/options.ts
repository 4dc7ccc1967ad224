import { type Command, InvalidArgumentError, Option } from 'commander';
import { STEPS } from '../domain/lifecycle.ts';

export const jsonOption = () => new Option('--json', "the API's document, for programs");
export const stepOption = (what: string) => new Option('--step <step>', what).choices(STEPS);
export const reasonOption = () => new Option('--reason <text>', 'why, for the record');
export const failureCodeOption = (what: string) => new Option('--failure-code <code>', `${what}; see docs/failures.md`);
export const cursorOption = () => new Option('--cursor <cursor>', 'go on after `next_cursor` of an earlier --json');
export const limitOption = (fallback: number) =>
  new Option('--limit <n>', 'at most so many').argParser(wholeNumber(1)).default(fallback);
export const allOption = () => new Option('--all', 'all of them, page by page');
export const watchOption = (what: string) => new Option('--watch', what);

/** @throws InvalidArgumentError, which commander makes a sentence of */
export const wholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };

export function withExamples(command: Command, ...examples: string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`);
}
