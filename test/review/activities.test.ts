import { reviewActivities } from '../../src/activities/review.ts';
import { signatureOf } from '../../src/activities/webhook.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { anAttempt } from '../activities/in-activity.ts';
import { holdOrders, type OrdersDatabase, openOrdersDatabase } from '../store/orders-database.ts';
import { isSigned, Receiver, SECRET } from './receiver.ts';

const MONDAY = '2026-03-02T06:00:00.000Z';
const TUESDAY = '2026-03-03T06:00:00.000Z';

let db: OrdersDatabase;
let receiver: Receiver;
let lines: { event: string; [field: string]: unknown }[];
beforeAll(async () => {
  db = await openOrdersDatabase();
});
beforeEach(async () => {
  receiver = await Receiver.start();
  lines = [];
  await db.empty();
  await db.sql`DELETE FROM digests`;
});
afterEach(() => receiver.stop());
afterAll(() => db.close());

const write = (fields: object, event: string) => void lines.push({ ...fields, event });
const log = { info: write, warn: write } as unknown as Log;
const review = (webhook: { url: string; secret?: string } | undefined = { url: receiver.url, secret: SECRET }) =>
  reviewActivities({ sql: db.sql, log, webhook });
const take = (scheduledAt = MONDAY) => anAttempt().run(review().takeDigest, { scheduledAt });
const deliver = (activities = review(), scheduledAt = MONDAY) =>
  anAttempt().run(activities.deliverDigest, { scheduledAt });
const digests = async () =>
  (await db.sql`SELECT digest FROM digests ORDER BY scheduled_at`).map(({ digest }) => digest);

const hold = (count: number, since = '2026-03-01T05:00:00Z') =>
  holdOrders(db.sql, count, { failure_detail: 'payment /pay: 500' }, Date.parse(since));

describe('taking a digest', () => {
  test('counts what waits, by group, and names the oldest order', async () => {
    const [oldest = ''] = await hold(3);
    expect(await take()).toEqual({ total: 3, groups: 1 });
    expect(await digests()).toMatchObject([
      {
        total: 3,
        oldest: { order_id: oldest, since: '2026-03-01T05:00:00.000Z' },
        groups: [{ status: 'held', failure_code: 'service_error', step: 'pay', count: 3, before: null }],
      },
    ]);
  });

  test('twice for the same time is taking it once', async () => {
    await hold(1);
    await take();
    await hold(2);
    expect(await take()).toEqual({ total: 1, groups: 1 });
    expect(await digests()).toHaveLength(1);
  });

  test('compares with the digest before, not with a later one', async () => {
    await hold(1);
    await take(MONDAY);
    await hold(2);
    await take(TUESDAY);
    expect((await digests())[1]).toMatchObject({ total: 3, before: 1, groups: [{ before: 1 }] });
  });

  test('logs a line a group and one for all', async () => {
    await hold(1);
    await take(MONDAY);
    await hold(2);
    lines = [];
    await take(TUESDAY);
    expect(lines).toMatchObject([
      { event: 'orders wait for somebody', status: 'held', code: 'service_error', step: 'pay', count: 3, change: '+2' },
      { event: 'orders reviewed', count: 3, change: '+2' },
    ]);
  });

  test('forgets those of long ago', async () => {
    await take('2025-12-01T06:00:00.000Z');
    await take('2025-12-02T06:00:00.000Z');
    await take(MONDAY); // 90 days later
    expect(await digests()).toHaveLength(2);
  });
});

describe('delivering it', () => {
  test('posts it signed, with a text that a chat shows', async () => {
    await hold(2);
    await take();
    expect(await deliver()).toBe('delivered');
    const [message] = receiver.received;
    expect(message && isSigned(message)).toBe(true);
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      type: 'orders.review',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      text: expect.stringContaining('2 orders are held or failed.'),
      data: { total: 2, groups: [{ count: 2 }] },
    });
  });

  test('says the same id each time it is tried, and another one the next day', async () => {
    await take(MONDAY);
    await take(TUESDAY);
    receiver.status = 503;
    await expect(deliver()).rejects.toThrow('503');
    receiver.status = 200;
    await deliver();
    await deliver(review(), TUESDAY);
    const [first, second, third] = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test.each([301, 400, 410, 500])('takes %i for a failure, and follows no redirect', async (status) => {
    await take();
    receiver.status = status;
    await expect(deliver()).rejects.toThrow(`the webhook answered ${status}`);
    expect(receiver.received).toHaveLength(1);
  });

  test('says why nobody answers', async () => {
    await take();
    const { url } = receiver;
    await receiver.stop();
    receiver = await Receiver.start();
    await expect(deliver(review({ url }))).rejects.toThrow(/does not answer: .*ECONNREFUSED/);
  });

  test('is not signed without a secret, and not done without a receiver', async () => {
    await take();
    await deliver(review({ url: receiver.url }));
    expect(receiver.received[0]?.headers).not.toHaveProperty('webhook-signature');
    const silent = reviewActivities({ sql: db.sql, log, webhook: undefined });
    expect(await deliver(silent)).toBe('not_wanted');
    expect(receiver.received).toHaveLength(1);
  });
});

// Source: standardwebhooks.com, the example of the specification's libraries.
test('a signature is as the specification has it', () => {
  const signed = 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}';
  expect(signatureOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', signed)).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});
