import { type Output, widthOf } from '../terminal.ts';
import { cut } from './text.ts';

const CLEAR_LINE = '\r\u001b[2K';

/** How far something is: one line that is drawn over itself on a terminal, and nothing elsewhere. */
export class LiveLine {
  readonly #output: Output;
  #isShown = false;

  constructor(output: Output) {
    this.#output = output;
  }

  show(text: string): void {
    if (!this.#output.isTTY) return;
    this.#output.write(CLEAR_LINE + cut(text, widthOf(this.#output) - 1));
    this.#isShown = true;
  }

  clear(): void {
    if (this.#isShown) this.#output.write(CLEAR_LINE);
    this.#isShown = false;
  }
}
