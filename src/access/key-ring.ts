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
  #callers: Callers;
  #seen = '';

  /** @throws KeysError */
  constructor(sources: KeySources) {
    this.#sources = sources;
    this.#callers = this.#read(sources.file ? contentOf(sources.file) : '');
  }

  get size(): number {
    return this.#callers.size;
  }

  /**
   * What is compared is a hash, and the presented key's hash can't be steered: how long looking it up takes says nothing
   * about a key.
   */
  callerOf(key: string): Caller | undefined {
    return this.#callers.get(hashOf(key));
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

  #read(content: string): Callers {
    // By itself too: one without a key is being written, whatever keys there are beside it.
    if (this.#sources.file) readKeyLines(content);
    const callers = readKeyLines([content, this.#sources.lines].filter(Boolean).join('\n'));
    this.#seen = content;
    return callers;
  }
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new KeysError(messageOf(error));
  }
}
