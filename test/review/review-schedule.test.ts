import { type Client, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { REVIEW_SCHEDULE_ID } from '../../src/domain/names.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { ensureReviewSchedule } from '../../src/temporal/review-schedule.ts';
import { temporalCliPath } from '../support/temporal-server.ts';

let temporal: TestWorkflowEnvironment;
let client: Client;
const warnings: string[] = [];
const log = { warn: (_: object, event: string) => void warnings.push(event) } as unknown as Log;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const path = await temporalCliPath();
  temporal = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path } } });
  client = temporal.client;
});
beforeEach(() => warnings.splice(0));
afterEach(() => ensure('off'));
afterAll(() => temporal.teardown());

const ensure = (cron: string, of = client) => ensureReviewSchedule(of, cron, log);
const handle = () => client.schedule.getHandle(REVIEW_SCHEDULE_ID);
const lastUpdate = async () => (await handle().describe()).info.lastUpdatedAt;

test('is made: once a day, never two at once, and late rather than not at all', async () => {
  await ensure('0 6 * * *');
  expect(await handle().describe()).toMatchObject({
    spec: { calendars: [{ hour: [{ start: 6 }], minute: [{ start: 0 }] }] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: 86_400_000 },
    action: { workflowType: 'reviewOrders', taskQueue: 'orders' },
  });
  expect(warnings).toEqual([]);
});

test('is left as it is by the next worker, and made once by many at the same time', async () => {
  await Promise.all(Array.from({ length: 5 }, () => ensure('0 6 * * *')));
  await ensure('0 6 * * *');
  expect(await lastUpdate()).toBeUndefined();
  expect(warnings).toEqual([]);
});

test('follows a setting that has changed, and stays paused where an operator has paused it', async () => {
  await ensure('0 6 * * *');
  await handle().pause('on holiday');
  await ensure('30 7 * * 1');
  expect(await handle().describe()).toMatchObject({
    spec: { calendars: [{ hour: [{ start: 7 }], minute: [{ start: 30 }], dayOfWeek: [{ start: 'MONDAY' }] }] },
    state: { paused: true, note: 'on holiday' },
  });
});

test('is removed by "off", also where there is none', async () => {
  await ensure('0 6 * * *');
  await ensure('off');
  await ensure('off');
  await expect(handle().describe()).rejects.toThrow(ScheduleNotFoundError);
  expect(warnings).toEqual([]);
});

test('is warned about, and no more, where it is refused', async () => {
  await ensure('99 6 * * *');
  expect(warnings).toEqual(['the review of held and failed orders could not be scheduled']);
});
