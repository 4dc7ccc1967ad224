import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Debian's libfaketime: shifts the clock of the whole process, the SDK's native part included. */
const [FAKETIME] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');

/** Of one process: its wall clock can be set while it runs. Clocks that only measure stay right, as with a real one. */
export class SettableClock {
  readonly #file: string;
  /** For people. */
  static readonly means = FAKETIME ? 'libfaketime' : 'a module that shifts Date';

  constructor(dir: string, name: string) {
    this.#file = join(dir, `${name}.clock`);
    this.set(0);
  }

  set(offsetSeconds: number): void {
    writeFileSync(this.#file, `${offsetSeconds < 0 ? '' : '+'}${offsetSeconds}`);
  }

  /** What a Node.js process is started with. */
  get environment(): NodeJS.ProcessEnv {
    if (!FAKETIME) return { CHAOS_CLOCK: this.#file };
    return {
      LD_PRELOAD: FAKETIME,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_CACHE_DURATION: '1',
    };
  }

  get nodeOptions(): string[] {
    return FAKETIME ? [] : ['--import', join(import.meta.dirname, 'shifted-date.ts')];
  }
}
