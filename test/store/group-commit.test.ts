import { GroupCommit, QueueFull } from '../../src/store/group-commit.ts';

/** A commit that is done when the test says so; answers each item with its double. */
function heldCommit() {
  const groups: { items: number[]; isAlone: boolean; finish(): void; fail(error: Error): void }[] = [];
  const commit = (items: number[], isAlone: boolean): Promise<number[]> => {
    const { promise, resolve, reject } = Promise.withResolvers<number[]>();
    groups.push({ items, isAlone, finish: () => resolve(items.map((item) => item * 2)), fail: reject });
    return promise;
  };
  return { groups, commit };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const numbers = (count: number, first = 0) => Array.from({ length: count }, (_, n) => first + n);

describe('a group commit', () => {
  test('carries callers of the same turn together, and answers each with its own result', async () => {
    let commits = 0;
    const intake = new GroupCommit(async (items: number[]) => {
      commits += 1;
      return items.map((item) => item * 2);
    });
    const results = await Promise.all(numbers(100).map((n) => intake.add(n)));
    expect(results).toEqual(numbers(100).map((n) => n * 2));
    expect(commits).toBe(1);
  });

  test('gathers those who come while commits are under way, and carries them together', async () => {
    const { groups, commit } = heldCommit();
    const intake = new GroupCommit(commit, { concurrency: 1 });
    const first = intake.add(1);
    await turn();
    const others = numbers(50, 2).map((n) => intake.add(n));
    await turn();
    expect([groups.length, intake.waiting]).toEqual([1, 50]);
    groups[0]?.finish();
    await first;
    await turn();
    expect(groups.map(({ items }) => items.length)).toEqual([1, 50]);
    groups[1]?.finish();
    expect(await Promise.all(others)).toEqual(numbers(50, 2).map((n) => n * 2));
  });

  test('has no more groups under way than it may, none larger than it may be', async () => {
    const { groups, commit } = heldCommit();
    const intake = new GroupCommit(commit, { concurrency: 2, maxGroup: 10 });
    const all = Promise.all(numbers(35).map((n) => intake.add(n)));
    await turn();
    expect(groups.map(({ items }) => items.length)).toEqual([10, 10]);
    groups[0]?.finish();
    await turn();
    expect(groups.map(({ items }) => items.length)).toEqual([10, 10, 10]);
    groups[1]?.finish();
    groups[2]?.finish();
    await turn();
    groups[3]?.finish();
    expect(await all).toEqual(numbers(35).map((n) => n * 2));
  });

  test('tells a group whether another one is under way', async () => {
    const { groups, commit } = heldCommit();
    const intake = new GroupCommit(commit, { concurrency: 2 });
    const first = intake.add(1);
    await turn();
    const second = intake.add(2);
    await turn();
    groups[0]?.finish();
    groups[1]?.finish();
    await Promise.all([first, second]);
    const third = intake.add(3);
    await turn();
    groups[2]?.finish();
    await third;
    expect(groups.map(({ isAlone }) => isAlone)).toEqual([true, false, true]);
  });

  test('refuses who comes when its queue is full, and takes others when there is room', async () => {
    const { groups, commit } = heldCommit();
    const intake = new GroupCommit(commit, { concurrency: 1, maxWaiting: 2 });
    const underWay = intake.add(0);
    await turn();
    const waiting = [intake.add(1), intake.add(2)];
    await expect(intake.add(3)).rejects.toBeInstanceOf(QueueFull);
    groups[0]?.finish();
    await underWay;
    await turn();
    const later = intake.add(4);
    groups[1]?.finish();
    expect(await Promise.all(waiting)).toEqual([2, 4]);
    await turn();
    groups[2]?.finish();
    expect(await later).toBe(8);
  });

  test('that fails, fails its own group only', async () => {
    const { groups, commit } = heldCommit();
    const intake = new GroupCommit(commit, { concurrency: 1 });
    const failing = [intake.add(1), intake.add(2)];
    await turn();
    const next = intake.add(3);
    groups[0]?.fail(new Error('the disk is full'));
    const outcomes = await Promise.allSettled(failing);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await turn();
    groups[1]?.finish();
    expect(await next).toBe(6);
  });

  test('that throws at once is a failed commit like any other', async () => {
    const intake = new GroupCommit((): Promise<number[]> => {
      throw new Error('no connection');
    });
    await expect(intake.add(1)).rejects.toThrow('no connection');
    await expect(intake.add(2)).rejects.toThrow('no connection');
  });

  test('lets a lone caller wait for nobody', async () => {
    const { groups, commit } = heldCommit();
    const alone = new GroupCommit(commit).add(1);
    await turn();
    groups[0]?.finish();
    expect(await alone).toBe(2);
  });
});
