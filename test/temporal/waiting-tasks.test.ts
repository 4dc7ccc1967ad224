import type { NativeConnection } from '@temporalio/worker';
import { oldestWaitingFrom } from '../../src/temporal/waiting-tasks.ts';

type Stats = { approximateBacklogAge?: { seconds?: unknown; nanos?: number } } | null | undefined;

/** A server that answers with these figures. */
const answering = (stats: Stats) => {
  const asked: object[] = [];
  const describeTaskQueue = async (request: object) => {
    asked.push(request);
    return { stats };
  };
  const connection = {
    workflowService: { describeTaskQueue },
    withDeadline: (_: unknown, ask: () => unknown) => ask(),
  } as unknown as NativeConnection;
  return { asked, ask: oldestWaitingFrom(connection, 'orders') };
};

test('is asked of the queue of all workers, with its figures', async () => {
  const { ask, asked } = answering({});
  await ask();
  expect(asked).toEqual([{ namespace: 'orders', taskQueue: { name: 'orders' }, taskQueueType: 1, reportStats: true }]);
});

test.each<[string, Stats, number]>([
  ['none waits', {}, 0],
  ['a server that has no figures', null, 0],
  ['seconds and nanoseconds', { approximateBacklogAge: { seconds: 7n, nanos: 250_000_000 } }, 7.25],
  ["a server's clock that is ahead", { approximateBacklogAge: { seconds: 0n, nanos: -1_000_000 } }, 0],
])('%s', async (_, stats, seconds) => expect(await answering(stats).ask()).toBe(seconds));
