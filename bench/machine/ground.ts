import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT, type Settings, settingsFrom } from '../../local/config.ts';
import { freePorts } from '../../local/free-ports.ts';
import type { Part } from '../../local/part.ts';
import { databaseReady, dropDatabase } from '../../local/postgres/database.ts';
import { postgresPart } from '../../local/postgres/postgres-part.ts';
import { DATABASES, Database } from './database.ts';
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
  /** Set by `prepare`, the only way to a ground. */
  postgres!: Launched;
  readonly #settings: Settings;
  #bundle: Promise<string> | undefined;
  /** All that was started and may still run: ended with the ground, whatever happens. */
  readonly #launched = new Set<Launched>();

  private constructor(options: GroundOptions, settings: Settings) {
    this.options = options;
    this.#settings = settings;
    process.on('exit', () => this.kill());
  }

  static async prepare(options: GroundOptions): Promise<Ground> {
    rmSync(options.dataDir, { recursive: true, force: true });
    mkdirSync(join(options.dataDir, 'logs'), { recursive: true });
    const [port] = await freePorts(1);
    const settings = settingsFrom({ DATA_DIR: options.dataDir, POSTGRES_PORT: `${port}` });
    const ground = new Ground(options, settings);
    ground.postgres = await ground.launch(postgresPart(settings));
    await prepareServer(ground.databaseUrl('postgres'));
    return ground;
  }

  databaseUrl(name: string): string {
    return `postgres://postgres@127.0.0.1:${this.#settings.POSTGRES_PORT}/${name}`;
  }

  /** An empty database, whatever was there before. */
  async emptyDatabase(name: string): Promise<string> {
    const url = this.databaseUrl(name);
    await dropDatabase(url);
    await databaseReady(url, this.options.signal);
    return url;
  }

  async launch(part: Part): Promise<Launched> {
    const launched = await Launched.spawn(part, this.options.note, this.options.signal);
    this.#launched.add(launched);
    await launched.becomesReady(this.options.signal);
    return launched;
  }

  /** Temporal's real server on this PostgreSQL, with empty databases. */
  async realTemporalPart(port: number): Promise<Part> {
    const databaseUrl = await this.emptyDatabase(DATABASES.temporal);
    await dropDatabase(this.databaseUrl(DATABASES.visibility));
    return realTemporalPart({ dataDir: this.options.dataDir, port, databaseUrl });
  }

  /** For a part that does its work once and ends. */
  async run(part: Part): Promise<void> {
    await this.stop(await this.launch(part));
  }

  /** The workflow code of durable-orders as one file, as an image has it. Made when it is first asked for. */
  workflowBundle(): Promise<string> {
    this.#bundle ??= this.#bundleWorkflows();
    return this.#bundle;
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

  async #bundleWorkflows(): Promise<string> {
    const { dataDir } = this.options;
    const file = join(dataDir, 'workflows.js');
    const args = [join(PROJECT_ROOT, 'scripts', 'bundle-workflows.ts'), file];
    await this.run({
      ...{ name: 'bundle', needs: [], ready: 'exits', stop: { signal: 'SIGTERM', graceMs: 0 } },
      log: join(dataDir, 'logs', 'bundle.log'),
      command: async () => ({ file: process.execPath, args, cwd: PROJECT_ROOT }),
    });
    return file;
  }
}

/** @throws where a commit would be answered before it is on disk */
async function prepareServer(databaseUrl: string): Promise<void> {
  const database = new Database(databaseUrl);
  try {
    const undurable = await database.undurable();
    if (undurable.length > 0) throw new Error(`PostgreSQL is not durable: ${undurable.join(', ')}`);
    await database.useLogFiles();
  } finally {
    await database.close();
  }
}
