import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Saturating, type Saturation, saturate } from '../load/wrk.ts';
import type { Database } from '../machine/database.ts';

const AT_ONCE = 10_000;
const UUID = /^[0-9a-f-]{36}$/;

export interface LookedUp {
  /** Answers of 201, as wrk counts them. */
  acknowledged: number;
  /** Ids in those answers. */
  lookedUp: number;
  /** Of which there is no order. An id that two were told, and an answer without one, are orders lost. */
  lost: number;
}

/** Remembers the id of every order that was answered 201, in files, to look each of them up when the load is over. */
export class Acknowledged implements Disposable {
  readonly #dir = mkdtempSync(join(tmpdir(), 'bench-acknowledged-'));
  readonly #files: string[] = [];
  readonly #load: typeof saturate;
  #count = 0;

  constructor(load = saturate) {
    this.#load = load;
  }

  async saturate(url: string, load: Omit<Saturating, 'idsTo'>): Promise<Saturation> {
    const idsTo = join(this.#dir, `${this.#files.length}`);
    this.#files.push(idsTo);
    const saturation = await this.#load(url, { ...load, idsTo });
    this.#count += saturation.accepted;
    return saturation;
  }

  async lookUp(database: Database): Promise<LookedUp> {
    const ids = this.#files.flatMap((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean));
    const distinct = [...new Set(ids)].filter((id) => UUID.test(id));
    let found = 0;
    for (let from = 0; from < distinct.length; from += AT_ONCE)
      found += await database.countOrders(distinct.slice(from, from + AT_ONCE));
    return { acknowledged: this.#count, lookedUp: ids.length, lost: ids.length - found };
  }

  [Symbol.dispose](): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
