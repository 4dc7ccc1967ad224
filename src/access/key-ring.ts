import { timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Log, messageOf } from '../telemetry/log.ts';
import type { Caller } from './caller.ts';
import { hashOf } from './key.ts';
import { type Callers, KeysError, readKeyLines } from './key-lines.ts';

const LOOK_EVERY_MS = 1000;

export interface KeySources {
  /** Lines of their own, beside the file's. */
  lines?: string | undefined;
  file?: string | undefined;
}

/** The keys that open the API, by their hashes: none of them is known here. */
export class KeyRing {
  readonly #sources: KeySources;
  #callers: ReadonlyMap<string, Hashed[]>;
  #seen = '';

  /** @throws KeysError */
  constructor(sources: KeySources) {
    this.#sources = sources;
    this.#callers = this.#read(sources.file ? contentOf(sources.file) : '');
  }

  get size(): number {
    return [...this.#callers.values()].flat().length;
  }

  /**
   * The start of a key's hash leads to the few that begin like it; whole hashes are compared in constant time. How long that
   * takes says nothing about a key.
   */
  callerOf(key: string): Caller | undefined {
    const hash = hashOf(key);
    const bytes = Buffer.from(hash, 'hex');
    return this.#callers.get(startOf(hash))?.find((known) => timingSafeEqual(known.bytes, bytes))?.caller;
  }

  /**
   * Looks at the file again and again: by its content, since neither replaced links nor mounts tell of a change. What does
   * not fit, such as a file that is half written, changes nothing and is logged.
   * @returns what ends it
   */
  follow(log: Log, everyMs = LOOK_EVERY_MS): () => void {
    const { file } = this.#sources;
    if (!file) return () => {};
    let hasFailed = '';
    let isLooking = false;
    const look = async () => {
      if (isLooking) return;
      isLooking = true;
      try {
        const content = await readFile(file, 'utf8');
        const isNew = content !== this.#seen;
        if (isNew) this.#callers = this.#read(content);
        if (isNew || hasFailed) log.info({ path: file, count: this.size }, 'keys read again');
        hasFailed = '';
      } catch (error) {
        const why = messageOf(error);
        if (why !== hasFailed) log.error({ path: file, error: why }, 'keys do not fit; those of before stay');
        hasFailed = why;
      }
      isLooking = false;
    };
    const timer = setInterval(look, everyMs).unref();
    return () => clearInterval(timer);
  }

  #read(content: string): ReadonlyMap<string, Hashed[]> {
    // By itself too: one without a key is being written, whatever keys there are beside it.
    if (this.#sources.file) readKeyLines(content);
    const callers = readKeyLines([content, this.#sources.lines].filter(Boolean).join('\n'));
    this.#seen = content;
    return byStart(callers);
  }
}

/** The hash of a key, and whose it is. */
interface Hashed {
  bytes: Buffer;
  caller: Caller;
}

const startOf = (hash: string): string => hash.slice(0, 8);

const byStart = (callers: Callers): ReadonlyMap<string, Hashed[]> =>
  Map.groupBy(
    [...callers].map(([hash, caller]) => ({ start: startOf(hash), bytes: Buffer.from(hash, 'hex'), caller })),
    ({ start }) => start,
  );

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new KeysError(messageOf(error));
  }
}
