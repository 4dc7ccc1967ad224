export class QueueFull extends Error {
  override name = 'QueueFull';
}

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** @param isAlone no other group is under way when this one begins */
type Commit<Item, Result> = (items: Item[], isAlone: boolean) => Promise<Result[]>;

/**
 * Lets concurrent callers share one transaction: while a commit is under way the next callers gather, and go together
 * when it is done. One commit costs one fsync however many it carries, so throughput grows with load while a lone
 * caller waits for nobody. At most `maxWaiting` gather; one more is refused with `QueueFull`.
 *
 * `commit` takes a group and answers with one result per item, in the same order; if it throws, the whole group fails.
 */
export class GroupCommit<Item, Result> {
  readonly #commit: Commit<Item, Result>;
  readonly #limits: { maxGroup: number; maxWaiting: number; concurrency: number };
  #waiting: Waiting<Item, Result>[] = [];
  #underWay = 0;

  constructor(
    commit: Commit<Item, Result>,
    {
      maxGroup = 500,
      maxWaiting = 10_000,
      concurrency = 2,
    }: { maxGroup?: number; maxWaiting?: number; concurrency?: number } = {},
  ) {
    this.#commit = commit;
    this.#limits = { maxGroup, maxWaiting, concurrency };
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get isFull(): boolean {
    return this.#waiting.length >= this.#limits.maxWaiting;
  }

  add(item: Item): Promise<Result> {
    if (this.isFull) return Promise.reject(new QueueFull());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      // Callers of the same turn of the event loop travel together.
      if (this.#underWay < this.#limits.concurrency) setImmediate(() => this.#next());
    });
  }

  /** Takes back an item whose commit has not begun. False: it is too late, and whether it was committed is not known. */
  withdraw(item: Item): boolean {
    const index = this.#waiting.findIndex((waiting) => waiting.item === item);
    if (index >= 0) this.#waiting.splice(index, 1);
    return index >= 0;
  }

  #next(): void {
    if (this.#waiting.length === 0 || this.#underWay >= this.#limits.concurrency) return;
    const group = this.#waiting.splice(0, this.#limits.maxGroup);
    this.#underWay += 1;
    this.#settle(group, this.#underWay === 1).finally(() => {
      this.#underWay -= 1;
      this.#next();
    });
  }

  async #settle(group: Waiting<Item, Result>[], isAlone: boolean): Promise<void> {
    try {
      const results = await this.#commit(
        group.map(({ item }) => item),
        isAlone,
      );
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
