import { stripVTControlCharacters } from 'node:util';
import type { Output } from '../terminal.ts';
import { columnsOf } from './text.ts';

const UP = (lines: number): string => (lines > 0 ? `\u001b[${lines}A` : '');
const CLEAR_BELOW = '\u001b[J';

/** Lines that are drawn over themselves. */
export class LiveBlock {
  readonly #output: Output;
  #drawn = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  show(lines: string[]): void {
    this.#output.write(`${UP(this.#drawn)}${CLEAR_BELOW}${lines.map((line) => `${line}\n`).join('')}`);
    this.#drawn = lines.reduce((rows, line) => rows + this.#rowsOf(line), 0);
  }

  /** A line too long for the terminal takes several of its rows. */
  #rowsOf(line: string): number {
    const shown = columnsOf(stripVTControlCharacters(line));
    return Math.max(Math.ceil(shown / (this.#output.columns ?? Number.POSITIVE_INFINITY)), 1);
  }
}
