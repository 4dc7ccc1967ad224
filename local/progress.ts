import type { Part } from './part.ts';

type Colour = keyof typeof CODES;
const CODES = { green: 32, yellow: 33, red: 31, dim: 2, bold: 1 };

/** What start tells the person at the terminal. */
export class Progress {
  readonly #coloured: boolean;

  constructor(coloured: boolean) {
    this.#coloured = coloured;
    // The terminal may be gone (hang-up, `| head`); that is no reason to leave everything else running.
    process.stdout.on('error', () => {});
    process.stderr.on('error', () => {});
  }

  say(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  done(what: string, tookMs: number): void {
    this.say(`${this.#in('green', '✓')} ${what} ${this.#in('dim', seconds(tookMs))}`);
  }

  note(part: Part, text: string): void {
    this.say(this.#in('dim', `· ${part.name}: ${text}`));
  }

  died(part: Part, why: string, againInMs: number): void {
    this.say(this.#in('yellow', `! ${part.name} is down (${why}): starting it again in ${seconds(againInMs)}`));
  }

  back(part: Part, tookMs: number): void {
    this.done(`${part.name} is back`, tookMs);
  }

  failed(message: string): void {
    process.stderr.write(`${this.#in('red', '✗')} ${message}\n`);
  }

  strong(text: string): string {
    return this.#in('bold', text);
  }

  #in(colour: Colour, text: string): string {
    return this.#coloured ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text;
  }
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
