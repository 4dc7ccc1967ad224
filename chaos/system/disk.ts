import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync } from 'node:fs';
import type { FaultKind } from '../schedule/fault.ts';

const SIZE_MB = 4096;
/** What a full disk has left, so that PostgreSQL meets its end in the middle of its work. */
const LEFT_BYTES = 256 * 1024;

/**
 * A file system of its own for PostgreSQL's data, which can be made full: a tmpfs, whose limit is moved to where it is
 * used up to. Takes memory for what is in it only.
 */
export class SmallDisk {
  readonly #dir: string;
  #isMounted = true;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** Undefined where mounting is not permitted. */
  static mount(dir: string): SmallDisk | undefined {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
    mkdirSync(dir, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m,mode=0700`, 'durable-orders-chaos', dir]);
      return new SmallDisk(dir);
    } catch {
      return undefined; // a container's root may not
    }
  }

  fill(): void {
    const { blocks, bfree, bsize } = statfsSync(this.#dir);
    this.#limitTo((blocks - bfree) * bsize + LEFT_BYTES);
  }

  free(): void {
    this.#limitTo(SIZE_MB * 1024 * 1024);
  }

  unmount(): void {
    if (this.#isMounted) execFileSync('umount', ['--lazy', this.#dir]);
    this.#isMounted = false;
  }

  #limitTo(bytes: number): void {
    execFileSync('mount', ['-o', `remount,size=${bytes}`, this.#dir]);
  }
}

/** Why a kind of fault can't be had here; undefined: it can. */
export const whyNot = (kind: FaultKind, disk: SmallDisk | undefined): string | undefined =>
  kind === 'disk full' && !disk ? 'disk full: needs root, to mount a tmpfs for PostgreSQL' : undefined;
