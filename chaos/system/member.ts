import { setTimeout as pause } from 'node:timers/promises';
import { Child } from '../../local/child.ts';
import { lastLines } from '../../local/log-file.ts';
import type { Part } from '../../local/part.ts';
import { becomesReady } from '../../local/readiness.ts';
import { Unanswered } from '../unanswered.ts';
import type { ProcessName } from './names.ts';
import { signalTree } from './process-tree.ts';

const BACK_OFF_MS = 500;
const LAST_WORDS = 8;
/** Longer than anything that is in the way of a start, and three times what one may take. */
const PATIENCE_MS = 180_000;

/** An end that nobody had asked for, or another one than was asked for. */
export interface OwnEnd {
  process: ProcessName;
  /** Milliseconds since 1970. */
  at: number;
  why: string;
  /** The last lines that it wrote. */
  lastWords: string;
  /** What it was doing. */
  when: 'starting' | 'up' | 'stopping';
}

/** One process of the system. Started again when it ends by itself, as whoever supervises it in earnest would. */
export class Member {
  readonly name: ProcessName;
  readonly #part: Part;
  readonly #note: (text: string) => void;
  readonly #patienceMs: number;
  readonly #giveUp = new AbortController();
  #child: Child | undefined;
  #ready: Child | undefined;
  /** Changes with each wish that it be up or down: whoever was trying for an earlier one stops. */
  #wish = 0;
  readonly ownEnds: OwnEnd[] = [];
  /** Of all its lives. */
  readonly pids = new Set<number>();

  constructor(name: ProcessName, part: Part, note: (text: string) => void, patienceMs = PATIENCE_MS) {
    this.name = name;
    this.#part = part;
    this.#note = note;
    this.#patienceMs = patienceMs;
  }

  /**
   * Resolves when it is ready, however often it must be tried.
   * @throws at the first start, if that fails; Unanswered, where it does not come up at all
   */
  async start({ isFirst = false } = {}): Promise<void> {
    const wish = ++this.#wish;
    const limit = Date.now() + this.#patienceMs;
    while (wish === this.#wish) {
      try {
        return await this.#startOnce(wish);
      } catch (error) {
        if (isFirst) throw new Error(`${this.name} did not come up: ${messageOf(error)}\n${this.lastWords()}`);
        if (wish !== this.#wish) return;
        if (Date.now() > limit) throw new Unanswered(`${this.name} does not come up any more: ${messageOf(error)}`);
        this.#note(`${this.name} did not come up (${messageOf(error)}); again in ${BACK_OFF_MS} ms`);
        await pause(BACK_OFF_MS);
      }
    }
  }

  /** SIGKILL. Resolves when all of it is gone. */
  async kill(): Promise<void> {
    this.#wish += 1;
    const ended = this.#child?.ended;
    this.#signal('SIGKILL');
    await ended;
  }

  freeze(): void {
    this.#signal('SIGSTOP');
  }

  thaw(): void {
    this.#signal('SIGCONT');
  }

  /** Asks it to end, and waits. What was ready has to end within its grace, and say that all went well. */
  async stop(): Promise<void> {
    this.#wish += 1;
    this.thaw();
    const child = this.#child;
    const wasReady = child === this.#ready;
    await child?.stop(this.#part.stop);
    const why = await child?.ended;
    if (wasReady && why && why !== 'exit code 0') this.#writeDown(why, 'stopping');
  }

  /** At once, for the end of the harness itself. */
  killNow(): void {
    this.#wish += 1;
    this.#giveUp.abort();
    this.#signal('SIGKILL');
  }

  lastWords(): string {
    return this.#part.log ? lastLines(this.#part.log, LAST_WORDS) : '';
  }

  async #startOnce(wish: number): Promise<void> {
    const command = await this.#part.command(this.#giveUp.signal, this.#note);
    if (wish !== this.#wish) return; // nothing may be spawned once it is to be down
    const child = new Child(this.#part, command);
    this.#child = child;
    if (child.pid) this.pids.add(child.pid);
    // Its id may be somebody else's afterwards.
    const ended = child.ended.finally(() => {
      if (this.#child === child) this.#child = undefined;
    });
    try {
      await becomesReady(this.#part, child, this.#giveUp.signal);
    } catch (error) {
      if (this.#child === child) this.#signal('SIGKILL');
      else if (wish === this.#wish) this.#writeDown(messageOf(error), 'starting');
      throw error;
    }
    this.#ready = child;
    void ended.then((why) => this.#ended(wish, why));
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child?.pid) signalTree(this.#child.pid, signal);
  }

  async #ended(wish: number, why: string): Promise<void> {
    if (wish !== this.#wish) return;
    this.#writeDown(why, 'up');
    this.#note(`${this.name} ended by itself (${why})`);
    await pause(BACK_OFF_MS);
    // Whoever needs it in the end finds that it does not answer, and says so.
    if (wish === this.#wish) await this.start().catch((error) => this.#note(messageOf(error)));
  }

  /** Before it is started again: its next life writes into the same file. */
  #writeDown(why: string, when: OwnEnd['when']): void {
    this.ownEnds.push({ process: this.name, at: Date.now(), why, lastWords: this.lastWords(), when });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
