import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { end, type Recorded, stillRunning } from './leftovers.ts';
import type { Part } from './part.ts';
import { identityOf } from './process-identity.ts';

/** Thrown when another start holds the data directory. */
export class AlreadyRunning extends Error {}

/**
 * DATA_DIR/processes.json: which start holds the data directory, and what it has started. It outlives a start that is
 * ended by SIGKILL, so that the next one finds what is left; PostgreSQL and Temporal do not end by themselves.
 */
export class RunRecord {
  readonly #file: string;
  readonly #processes = new Map<string, Recorded>();
  /** Names of what an earlier start had left and this one has stopped. */
  readonly leftovers: string[];

  private constructor(file: string, leftovers: string[]) {
    this.#file = file;
    this.leftovers = leftovers;
  }

  /** @throws {AlreadyRunning} */
  static async claim(dataDir: string): Promise<RunRecord> {
    mkdirSync(dataDir, { recursive: true });
    const file = join(dataDir, 'processes.json');
    const [start, ...others] = stillRunning(file);
    if (start?.name === 'start') throw new AlreadyRunning(heldBy(start.pid, dataDir));
    const leftovers = [start, ...others].filter((entry) => entry !== undefined);
    await Promise.all(leftovers.map(end));

    rmSync(file, { force: true });
    const record = new RunRecord(
      file,
      leftovers.map(({ name }) => name),
    );
    record.#claimFile(dataDir);
    return record;
  }

  add(part: Part, pid: number): void {
    this.#processes.set(part.name, { name: part.name, pid, identity: identityOf(pid), signal: part.stop.signal });
    const draft = `${this.#file}.${process.pid}`;
    writeFileSync(draft, this.#text());
    renameSync(draft, this.#file);
  }

  release(): void {
    rmSync(this.#file, { force: true });
  }

  /** Only one of two that start in the same moment can create the file. */
  #claimFile(dataDir: string): void {
    const { pid } = process;
    this.#processes.set('start', { name: 'start', pid, identity: identityOf(pid), signal: 'SIGTERM' });
    try {
      writeFileSync(this.#file, this.#text(), { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw new AlreadyRunning(heldBy(undefined, dataDir));
    }
  }

  #text(): string {
    return `${JSON.stringify([...this.#processes.values()], null, 2)}\n`;
  }
}

function heldBy(pid: number | undefined, dataDir: string): string {
  const process = pid ? ` (process ${pid})` : '';
  return `durable-orders is already running on ${dataDir}${process}: stop it, or set DATA_DIR and the ports to others.`;
}
