import { STEPS } from '../../src/domain/lifecycle.ts';
import type { FollowedOrder } from './followed-order.ts';
import { markOf, type Paint, seconds, shortId } from './marks.ts';
import { LEAST_COLUMNS, tableLines } from './table.ts';

/** Where the orders are shown while they go on. */
export interface Screen {
  show(orders: FollowedOrder[], note: string): void;
  close(): void;
}

export const screenFor = (out: NodeJS.WriteStream, paint: Paint): Screen =>
  out.isTTY && out.columns >= LEAST_COLUMNS ? new LiveTable(out, paint) : new ChangeLines(out);

const UP = (lines: number) => (lines > 0 ? `\u001b[${lines}A` : '');
const CLEAR_LINE = '\u001b[2K';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

/** A table that is drawn over itself. */
class LiveTable implements Screen {
  readonly #out: NodeJS.WriteStream;
  readonly #paint: Paint;
  #drawn = 0;

  constructor(out: NodeJS.WriteStream, paint: Paint) {
    this.#out = out;
    this.#paint = paint;
  }

  show(orders: FollowedOrder[], note: string): void {
    const lines = tableLines(orders, note, this.#out.columns, this.#paint);
    const text = lines.map((line) => `${CLEAR_LINE}${line}\n`).join('');
    this.#out.write(`${HIDE_CURSOR}${UP(this.#drawn)}${text}`);
    this.#drawn = lines.length;
  }

  close(): void {
    this.#out.write(SHOW_CURSOR);
  }
}

/** A line for each change, for logs, pipes, and narrow terminals. */
class ChangeLines implements Screen {
  readonly #out: NodeJS.WriteStream;
  readonly #since = performance.now();
  readonly #last = new Map<string, string>();

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  show(orders: FollowedOrder[], note: string): void {
    this.#say('note', note);
    for (const order of orders) this.#say(order.orderId, lineOf(order));
  }

  close(): void {}

  #say(about: string, text: string): void {
    if (this.#last.get(about) === text) return;
    this.#last.set(about, text);
    this.#out.write(`${seconds(performance.now() - this.#since).padStart(6)}  ${text}\n`);
  }
}

function lineOf(order: FollowedOrder): string {
  const { orderId, scenario, status, acceptedInMs } = order;
  const marks = STEPS.map((step) => `${step} ${markOf(order.progressOf(step)).text}`);
  const accepted = status === 'accepted' ? `  in ${Math.round(acceptedInMs)} ms` : '';
  return `${shortId(orderId)}  ${scenario.what.padEnd(26)}  ${status.padEnd(10)}  ${marks.join('  ')}${accepted}`;
}
