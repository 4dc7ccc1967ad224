import { relative } from 'node:path';
import { orderIdOf, type RecordedRun } from './recorded-run.ts';
import type { Break } from './replayer.ts';

/** How often the progress is told, where there is any to tell. */
const EVERY_MS = 2000;
/** Of runs that break at the same event for the same cause so many are told one by one, for people. */
const EXAMPLES = 3;

export interface Lines {
  out(line: string): void;
  err(line: string): void;
}

/** What is said while runs are replayed, and what is left to say at the end: for people, or one document for programs. */
export class Report {
  readonly #lines: Lines;
  readonly #json: boolean;
  readonly #total: number;
  readonly #workflows: string;
  readonly #breaking: ReturnType<typeof asWire>[] = [];
  readonly #alike = new Map<string, number>();
  readonly #saved: string[] = [];
  #replayed = 0;
  #toldAt = Date.now();

  constructor(lines: Lines, options: { json: boolean; workflowsPath: string }, total: number) {
    this.#lines = lines;
    this.#json = options.json;
    this.#workflows = shown(options.workflowsPath);
    this.#total = total;
  }

  get anyBreaks(): boolean {
    return this.#breaking.length > 0;
  }

  replayed(run: RecordedRun, found: Break | null): void {
    this.#replayed += 1;
    if (found) {
      const wire = asWire(run, found);
      this.#breaking.push(wire);
      if (!this.#json && this.#alsoAlike(wire) <= EXAMPLES) for (const line of told(wire)) this.#lines.out(line);
    }
    this.#tellProgress();
  }

  saved(file: string): void {
    this.#saved.push(shown(file));
    if (!this.#json) this.#lines.out(`saved   ${shown(file)}`);
  }

  end(): void {
    const [replayed, breaking] = [this.#replayed, this.#breaking.length];
    if (this.#json) {
      const document = { workflows: this.#workflows, replayed, breaking: this.#breaking, saved: this.#saved };
      this.#lines.out(JSON.stringify(document, null, 2));
    } else if (replayed === 0) {
      this.#lines.out('There are no such runs: nothing was replayed.');
    } else {
      this.#tellOthers();
      const runs = replayed === 1 ? 'run' : 'runs';
      const verdict =
        breaking === 0 ? `${replayed} ${runs} replayed, all go on` : `${breaking} of ${replayed} ${runs} would break`;
      this.#lines.out(`${verdict} (${this.#workflows})`);
    }
  }

  /** How many have broken like this one by now. */
  #alsoAlike(wire: ReturnType<typeof asWire>): number {
    const alike = (this.#alike.get(placeOf(wire)) ?? 0) + 1;
    this.#alike.set(placeOf(wire), alike);
    return alike;
  }

  #tellOthers(): void {
    for (const [place, alike] of this.#alike)
      if (alike > EXAMPLES) this.#lines.out(`and ${alike - EXAMPLES} more ${place} (--json names them all)`);
  }

  #tellProgress(): void {
    if (Date.now() - this.#toldAt < EVERY_MS) return;
    this.#toldAt = Date.now();
    const broken = this.#breaking.length === 0 ? '' : `, ${this.#breaking.length} would break`;
    this.#lines.err(`replayed ${this.#replayed} of ${Math.max(this.#total, this.#replayed)}${broken}`);
  }
}

/** As a person would write it: from here, unless it is elsewhere. */
const shown = (path: string): string => (relative('.', path).startsWith('..') ? path : relative('.', path));

const asWire = (run: RecordedRun, { eventId, eventType, cause }: Break) => ({
  order_id: orderIdOf(run),
  workflow_id: run.workflowId,
  file: run.file ?? null,
  event_id: eventId,
  event_type: eventType,
  cause,
});

const told = (wire: ReturnType<typeof asWire>): string[] => {
  const { order_id, workflow_id, file } = wire;
  return [
    `breaks  ${order_id ? `order ${order_id}` : `workflow ${workflow_id}`}${file ? ` (${shown(file)})` : ''}`,
    `        ${placeOf(wire)}`,
  ];
};

const placeOf = ({ event_id, event_type, cause }: ReturnType<typeof asWire>): string =>
  `at event ${event_id} ${event_type}: ${cause}`;
