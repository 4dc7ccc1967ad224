import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Settings, settingsFrom } from '../../local/config.ts';
import { freePorts } from '../../local/free-ports.ts';
import type { Part } from '../../local/part.ts';
import { databaseReady, dropDatabase } from '../../local/postgres/database.ts';
import { postgresPart } from '../../local/postgres/postgres-part.ts';
import { Launched } from './launched.ts';
import { realTemporalPart } from './real-temporal/real-temporal-part.ts';

export interface GroundOptions {
  dataDir: string;
  note(text: string): void;
  signal: AbortSignal;
}

/** What all contestants stand on, for the whole run: a PostgreSQL as `npm start` brings it up, on a disk, with fsync. */
export class Ground implements AsyncDisposable {
  readonly options: GroundOptions;
  readonly postgres: Launched;
  readonly #settings: Settings;
  /** All that was started and may still run: ended with the ground, whatever happens. */
  readonly #launched = new Set<Launched>();

  private constructor(options: GroundOptions, settings: Settings, postgres: Launched) {
    this.options = options;
    this.#settings = settings;
    this.postgres = postgres;
    this.#launched.add(postgres);
  }

  static async prepare(options: GroundOptions): Promise<Ground> {
    rmSync(options.dataDir, { recursive: true, force: true });
    mkdirSync(join(options.dataDir, 'logs'), { recursive: true });
    const [port] = await freePorts(1);
    const settings = settingsFrom({ DATA_DIR: options.dataDir, POSTGRES_PORT: `${port}` });
    const postgres = await Launched.start(postgresPart(settings), options.note, options.signal);
    return new Ground(options, settings, postgres);
  }

  get postgresPort(): number {
    return this.#settings.POSTGRES_PORT;
  }

  databaseUrl(name: string): string {
    return `postgres://postgres@127.0.0.1:${this.postgresPort}/${name}`;
  }

  /** An empty database, whatever was there before. */
  async emptyDatabase(name: string): Promise<string> {
    const url = this.databaseUrl(name);
    await dropDatabase(url);
    await databaseReady(url, this.options.signal);
    return url;
  }

  async launch(part: Part): Promise<Launched> {
    const launched = await Launched.start(part, this.options.note, this.options.signal);
    this.#launched.add(launched);
    return launched;
  }

  /** Temporal's real server on this PostgreSQL, with empty databases. */
  async realTemporalPart(port: number): Promise<Part> {
    const databaseUrl = await this.emptyDatabase('bench_temporal');
    await dropDatabase(`${databaseUrl}_visibility`);
    return realTemporalPart({ dataDir: this.options.dataDir, port, databaseUrl });
  }

  /** For a part that does its work once and ends. */
  async run(part: Part): Promise<void> {
    await Launched.start(part, this.options.note, this.options.signal);
  }

  async stop(launched: Launched): Promise<void> {
    await launched.stop();
    this.#launched.delete(launched);
  }

  /** At once; for the end of the process itself. */
  kill(): void {
    for (const launched of this.#launched) launched.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const launched of [...this.#launched].reverse()) await this.stop(launched);
    rmSync(this.options.dataDir, { recursive: true, force: true });
  }
}
