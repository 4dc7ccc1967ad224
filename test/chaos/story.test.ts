import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HistoryEvent } from '../../chaos/report/run-moments.ts';
import { inFull, inShort, type Sources, storiesOf } from '../../chaos/report/story.ts';
import type { Findings } from '../../chaos/run.ts';
import { attempt, DEDUCT, evidence, findings as findingsOf, ID, order, posted } from './evidence-builder.ts';

const ACCEPTED = Date.parse(order().accepted_at);
const time = (ms: number) => new Date(ACCEPTED + ms).toISOString();
const broken = (orderId: string) => ({ rule: 'money does not add up' as const, orderId, detail: 'none is kept' });

const logs = mkdtempSync(join(tmpdir(), 'durable-orders-story-'));
afterAll(() => rmSync(logs, { recursive: true }));

const findings = (overrides: Partial<Findings> = {}): Findings =>
  findingsOf({ violations: [broken(ID)], ...overrides });

const event = (eventId: number, ms: number, type: string, attributes: object = {}): HistoryEvent => ({
  ...{ eventId: `${eventId}`, eventTime: time(ms), eventType: `EVENT_TYPE_${type}` },
  someEventAttributes: attributes,
});

const WORKERS: Record<number, string> = { 11: 'worker-1', 22: 'worker-2' };
const sources = (events: HistoryEvent[] = []): Sources => ({
  logs,
  historyOf: async () => events,
  nameOf: (pid) => WORKERS[pid],
});

/** Without its time. */
const linesOf = async (found: Findings, from = sources()) =>
  ((await storiesOf(found, from)).get(ID) ?? []).map((line) => line.slice('12:34:56.789  '.length));
const runLines = async (...events: HistoryEvent[]) =>
  (await linesOf(findings(), sources(events)))
    .filter((line) => line.startsWith('run'))
    .map((line) => line.replace(/^run +/, ''));

test('a story has what client, services, logs and run know of the order, in the order in which it happened', async () => {
  writeFileSync(
    join(logs, 'worker-1.log'),
    [
      JSON.stringify({ time: time(600), order_id: ID, event: 'order settled' }),
      JSON.stringify({ time: time(550), order_id: 'another', event: 'order settled' }),
    ].join('\n'),
  );
  const told = await linesOf(
    findings({ evidence: evidence({ ledger: [DEDUCT] }) }),
    sources([event(1, 10, 'WORKFLOW_EXECUTION_STARTED')]),
  );
  expect(told).toEqual([
    expect.stringMatching(/^client +post order-0 \(normal\) at http:\/\/api-1: 201/),
    expect.stringMatching(/^run +1 WORKFLOW_EXECUTION_STARTED$/),
    expect.stringMatching(/^ledger +deduct .* sku-1 2$/),
    expect.stringMatching(/^worker-1 .*order settled/),
  ]);
});

test('what was disturbed meanwhile is told, and nothing of what was long before', async () => {
  const happening = (beganAt: number) => ({
    ...{
      fault: { kind: 'kill' as const, process: 'worker-1' as const, forMs: 100 },
      isAlone: true,
      hasIntakeForItself: true,
      beganAt,
    },
    ...{ overAt: beganAt + 100, acceptingAfterMs: [] },
  });
  const episodes = [ACCEPTED - 60_000, ACCEPTED + 300].map((at) => ({
    ...{ happenings: [happening(at)], overAt: at + 100, calmUntil: Infinity },
  }));
  const told = await linesOf(findings({ episodes }));
  expect(told.filter((line) => /^FAULT|^HEALED/.test(line))).toEqual([
    expect.stringContaining('kill: worker-1 for 0.1 s'),
    expect.stringContaining('kill: worker-1 for 0.1 s'),
  ]);
});

test('a story says which worker took each workflow task, and how long it had waited in which queue', async () => {
  const told = await runLines(
    event(2, 0, 'WORKFLOW_TASK_SCHEDULED', { taskQueue: { name: 'orders' }, attempt: 1 }),
    event(3, 2, 'WORKFLOW_TASK_STARTED', { scheduledEventId: '2', identity: '11@host' }),
    event(5, 1000, 'WORKFLOW_TASK_SCHEDULED', { taskQueue: { name: '11@host-abc', normalName: 'orders' } }),
    event(6, 1_321_000, 'WORKFLOW_TASK_STARTED', { scheduledEventId: '5', identity: '99@host' }),
  );
  expect(told).toEqual([
    '2 WORKFLOW_TASK_SCHEDULED on orders',
    '3 WORKFLOW_TASK_STARTED by worker-1 (11@host)',
    '5 WORKFLOW_TASK_SCHEDULED on one worker’s own queue',
    '6 WORKFLOW_TASK_STARTED after 1320.0 s in the queue by an unknown process (99@host)',
  ]);
});

test('a story says who had the task that timed out, and that nobody took it where nobody did', async () => {
  const told = await runLines(
    event(2, 0, 'WORKFLOW_TASK_SCHEDULED', { taskQueue: { name: 'orders' } }),
    event(3, 0, 'WORKFLOW_TASK_STARTED', { scheduledEventId: '2', identity: '22@host' }),
    event(4, 10_000, 'WORKFLOW_TASK_TIMED_OUT', {
      ...{ scheduledEventId: '2', startedEventId: '3', timeoutType: 'TIMEOUT_TYPE_START_TO_CLOSE' },
    }),
    event(5, 10_000, 'WORKFLOW_TASK_SCHEDULED', { taskQueue: { name: 'own', normalName: 'orders' }, attempt: 2 }),
    event(6, 20_000, 'WORKFLOW_TASK_TIMED_OUT', {
      ...{ scheduledEventId: '5', timeoutType: 'TIMEOUT_TYPE_SCHEDULE_TO_START' },
    }),
    event(7, 20_000, 'WORKFLOW_TASK_SCHEDULED', { taskQueue: { name: 'orders' } }),
  );
  expect(told[2]).toBe('4 WORKFLOW_TASK_TIMED_OUT START_TO_CLOSE had been taken by worker-2 (22@host)');
  expect(told[3]).toContain('attempt 2');
  expect(told[4]).toBe('6 WORKFLOW_TASK_TIMED_OUT SCHEDULE_TO_START after 10.0 s in the queue, taken by nobody');
  expect(told[5]).toBe('7 WORKFLOW_TASK_SCHEDULED on orders (no start of it is written)');
});

test('what an activity that was tried again spent between its attempts is not taken for waiting', async () => {
  const told = await runLines(
    event(2, 0, 'ACTIVITY_TASK_SCHEDULED', { taskQueue: { name: 'orders' }, activityType: { name: 'pay' } }),
    event(3, 12_000, 'ACTIVITY_TASK_STARTED', { scheduledEventId: '2', identity: '11@host', attempt: 4 }),
  );
  expect(told).toEqual([
    '2 ACTIVITY_TASK_SCHEDULED pay, on orders',
    '3 ACTIVITY_TASK_STARTED attempt 4 by worker-1 (11@host)',
  ]);
});

test('where a run can not be asked, the rest of the story is told', async () => {
  const historyOf = () => Promise.reject(new Error('not found'));
  const told = await linesOf(findings(), { ...sources(), historyOf });
  expect(told.at(-1)).toContain("its history can't be had: Error: not found");
  expect(told[0]).toMatch(/^client/);
});

test('fifty stories are told at most, and that of the order that took far too long comes first', async () => {
  const slow = order({ settled_at: time(400_000) });
  const violations = Array.from({ length: 60 }, (_, count) => broken(`other-${count}`));
  const stories = await storiesOf(findings({ violations, evidence: evidence({ orders: [slow] }) }), sources());
  expect([...stories.keys()].slice(0, 3)).toEqual([ID, 'other-0', 'other-1']);
  expect(stories.size).toBe(50);
});

test('what breaks a rule comes before the others that took too long', async () => {
  const slow = ['a', 'b', 'c'].map((id, n) => order({ order_id: id, settled_at: time(400_000 + n) }));
  const all = evidence({ posted: slow.map(({ order_id }) => posted({ orderId: order_id })), orders: slow });
  const stories = await storiesOf(findings({ violations: [broken('d')], evidence: all }), sources());
  expect([...stories.keys()]).toEqual(['c', 'd', 'b', 'a']);
});

test('in short, five stories are told, with their long lines cut; in full, all are', () => {
  const ids = Array.from({ length: 8 }, (_, count) => `order-${count}`);
  const stories = new Map(ids.map((id) => [id, ['x'.repeat(300)]]));
  expect(inShort(stories)).toHaveLength(5);
  expect(inShort(stories)[0]).toBe(`the story of order-0\n  ${'x'.repeat(260)}`);
  expect(inFull(stories).match(/the story of order-\d\n {2}x{300}\n/g)).toHaveLength(8);
});

test('orders that nothing is wrong with have no story', async () => {
  expect(await storiesOf(findings({ violations: [] }), sources())).toEqual(new Map());
});

test('of an order whose client was never answered, the attempts are found by the order that an answer named', async () => {
  const lost = posted({ orderId: undefined, attempts: [attempt({ what: 'repeat', status: 201 })] });
  expect(await linesOf(findings({ evidence: evidence({ posted: [lost], ledger: [] }) }))).toContainEqual(
    expect.stringMatching(/^client +repeat/),
  );
});
