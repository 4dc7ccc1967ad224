import { OrdersApi } from './api/orders-api.ts';
import { apiUrlOf, callerOf } from './caller.ts';
import { complain } from './complaint.ts';
import { type Paint, painter } from './screen/paint.ts';
import type { Frame } from './screen/table.ts';
import { isColoured, type Terminal, widthOf } from './terminal.ts';

/** Of every command. */
export interface CommonOptions {
  url?: string;
  as?: string;
  json?: boolean;
}

/** What a command has to work with: the API, and who reads what it says. */
export class Session {
  readonly api: OrdersApi;
  readonly terminal: Terminal;
  readonly asJson: boolean;
  readonly paint: Paint;

  /** @throws WrongUsage */
  constructor(terminal: Terminal, { url, as, json = false }: CommonOptions) {
    this.terminal = terminal;
    this.api = new OrdersApi(apiUrlOf(url, terminal.env), callerOf(as, terminal));
    this.asJson = json;
    this.paint = painter(isColoured(terminal.out, terminal.env));
  }

  get frame(): Frame {
    return { width: widthOf(this.terminal.out), paint: this.paint };
  }

  now(): number {
    return Date.now();
  }

  say(...lines: string[]): void {
    for (const line of lines) this.terminal.out.write(`${line}\n`);
  }

  /** The API's document for programs, lines for people. */
  answer(document: unknown, lines: () => string[]): void {
    if (this.asJson) this.say(JSON.stringify(document, null, 2));
    else this.say(...lines());
  }

  /** One of several documents: a line each. */
  answerOneOf(document: unknown, lines: () => string[]): void {
    if (this.asJson) this.say(JSON.stringify(document));
    else this.say(...lines());
  }

  /** Beside the answer: a hint, or that something goes on. */
  note(text: string): void {
    this.terminal.err.write(`${text}\n`);
  }

  complain(text: string): void {
    complain(this.terminal, text);
  }
}
