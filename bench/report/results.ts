import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PARTS } from '../parts/index.ts';
import type { Findings } from '../parts/part.ts';
import { type About, type Kept, page } from './page.ts';
import { goalsOf } from './summary.ts';

const BENCH = join(import.meta.dirname, '..');
const RESULTS = join(BENCH, 'results');
const LATEST = join(RESULTS, 'latest.json');

/** What one run finds, written as it goes: an hour's measurements must not be lost with the part that fails. */
export class Results {
  readonly #at = new Date().toISOString();
  readonly #about: About;
  readonly #found: Record<string, Kept> = {};

  constructor(about: About) {
    this.#about = about;
  }

  get found(): Record<string, Kept> {
    return this.#found;
  }

  /** Writes `results/<date>.json`; and, where the part was measured with all certainty, `latest.json`, RESULTS.md and its pictures. */
  add(
    { name: part, title }: { name: string; title: string },
    probed: Kept['probed'],
    { pictures = [], ...findings }: Findings,
  ): void {
    mkdirSync(RESULTS, { recursive: true });
    const { isCertain, ...about } = this.#about;
    this.#found[part] = {
      at: this.#at,
      title,
      ...about,
      probed,
      pictures: pictures.map(({ name }) => name),
      ...findings,
    };
    writeFileSync(`${this.#own}.json`, textOf(this.#found));
    for (const { name, svg } of pictures)
      writeFileSync(`${isCertain ? join(RESULTS, name) : `${this.#own}-${name}`}.svg`, svg);
    if (!isCertain) return;
    const latest = { ...latestParts(), [part]: this.#found[part] };
    writeFileSync(LATEST, textOf(latest));
    writeFileSync(join(BENCH, 'RESULTS.md'), page(inOrder(latest)));
  }

  /** From the project's root. */
  get files(): string[] {
    const own = `${this.#own}.json`;
    const files = this.#about.isCertain ? [own, LATEST, join(BENCH, 'RESULTS.md')] : [own];
    return files.map((path) => relative(join(BENCH, '..'), path));
  }

  /** Without an ending. */
  get #own(): string {
    return join(RESULTS, this.#at.slice(0, 19).replaceAll(':', ''));
  }
}

const textOf = (parts: Record<string, Kept>): string =>
  `${JSON.stringify({ goals: goalsOf(parts), parts: inOrder(parts) }, null, 1)}\n`;

const latestParts = (): Record<string, Kept> =>
  existsSync(LATEST) ? JSON.parse(readFileSync(LATEST, 'utf8')).parts : {};

const inOrder = (parts: Record<string, Kept>): Record<string, Kept> =>
  Object.fromEntries(PARTS.flatMap(({ name }) => (parts[name] ? [[name, parts[name]]] : [])));
