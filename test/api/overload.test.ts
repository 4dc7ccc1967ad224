import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RateLimit } from '../../src/access/rate-limit.ts';
import { byCredential, byName } from '../../src/api/admission.ts';
import { type AppOptions, createApp } from '../../src/api/app.ts';
import { connect } from '../../src/store/connect.ts';
import { GroupCommit } from '../../src/store/group-commit.ts';
import type { Insertion, NewOrder } from '../../src/store/insert-orders.ts';
import { createApiMetrics } from '../../src/telemetry/api-metrics.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { aHolder, aKeyRing } from '../access/key-holders.ts';
import { anOrderBody } from '../support/orders.ts';
import { until } from '../support/until.ts';
import { FakeRuns } from './fake-runs.ts';
import type { Headed } from './running-api.ts';

/** An API whose commits are done when the test says so, with room for two to wait. */
async function startFull(guards: Partial<Pick<AppOptions, 'admission' | 'rateLimit'>> = {}) {
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const commit = async (orders: NewOrder[]): Promise<Insertion[]> => {
    begun.resolve();
    await finish.promise;
    return orders.map(({ orderId }) => ({ outcome: 'inserted', orderId }));
  };
  const intake = new GroupCommit(commit, { concurrency: 1, maxGroup: 1, maxWaiting: 2 });
  const sql = connect('postgres://nobody@127.0.0.1:1/none');
  const metrics = createApiMetrics(sql, () => intake.waiting);
  const log = createLog('test', 'silent');
  const server = createServer(
    createApp({
      sql,
      intake,
      runs: new FakeRuns(),
      log,
      metrics,
      admission: byName(undefined),
      isDraining: () => false,
      ...guards,
    }),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const place = (path = '/api/orders', headers: Headed = {}) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(anOrderBody()),
    });
  const close = async () => {
    server.close();
    server.closeAllConnections();
    await sql.end({ timeout: 0 });
  };
  return { intake, place, begun: begun.promise, finish: finish.resolve, metrics: () => metrics.page(), close };
}

describe('while commits do not get done', () => {
  test('who finds the queue full is told to come back; who is in it is answered in the end', async () => {
    const { intake, place, begun, finish, metrics, close } = await startFull();
    const underWay = place();
    await begun;
    const waiting = [place(), place()];
    await until(() => intake.waiting === 2);
    const refused = await place();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toMatchObject({ code: 'overloaded' });
    const otherwise = await place('/api/orders?'); // which goes through Express
    const shown = ['content-type', 'content-language', 'vary', 'retry-after', 'content-length'] as const;
    expect(shown.map((name) => refused.headers.get(name))).toEqual([
      ...shown.slice(0, -1).map((name) => otherwise.headers.get(name)),
      String(Number(otherwise.headers.get('content-length')) - '?'.length),
    ]);
    expect(await metrics()).toMatch(/orders_accepts_total\{outcome="overloaded"\} 2/);
    expect(await metrics()).toMatch(/orders_problems_total\{code="overloaded"\} 2/);
    expect(await metrics()).toMatch(/orders_intake_queue 2/);
    finish();
    const answers = await Promise.all([underWay, ...waiting]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    await Promise.all(answers.map((answer) => answer.body?.cancel()));
    await close();
  });

  test('who finds it full is looked at again a moment later, and once more where others took what room there was', async () => {
    const { intake, place, begun, finish, metrics, close } = await startFull();
    const all = [place()];
    await begun;
    all.push(place(), place());
    await until(() => intake.waiting === 2);
    const late = Array.from({ length: 6 }, () => place()); // who are looked at together, when there is room for two
    expect(await Promise.race([...late, new Promise((resolve) => setTimeout(resolve, 100, 'wait'))])).toBe('wait');
    finish();
    const answers = await Promise.all([...all, ...late]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(await metrics()).not.toMatch(/outcome="overloaded"\} [1-9]/);
    await Promise.all(answers.map((answer) => answer.body?.cancel()));
    await close();
  });

  test('that is told ahead of all else: to whoever asks, with nothing else, and out of nobody’s quota', async () => {
    const shop = aHolder('shop');
    const { intake, place, begun, finish, close } = await startFull({
      admission: byCredential(aKeyRing({ shop }), undefined),
      rateLimit: new RateLimit({ requests: 4, windowMs: 3_600_000 }),
    });
    const taken = [place('/api/orders', shop.headers)];
    await begun;
    taken.push(place('/api/orders', shop.headers), place('/api/orders', shop.headers));
    await until(() => intake.waiting === 2);
    const refused = await Promise.all(
      [shop.headers, shop.headers, {}, { Authorization: 'Bearer x' }].map((headers) => place('/api/orders', headers)),
    );
    for (const answer of refused) {
      const { status, headers } = answer;
      const told = ['retry-after', 'ratelimit', 'ratelimit-policy', 'www-authenticate'].map((name) =>
        headers.get(name),
      );
      expect([status, ...told]).toEqual([503, '1', null, null, null]);
      expect(await answer.json()).toMatchObject({ code: 'overloaded' });
    }
    const otherwise = [{}, shop.headers, shop.headers].map((headers) => place('/api/orders?', headers)); // through Express
    const statuses = (await Promise.all(otherwise)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([401, 429, 503]);
    finish();
    const answers = await Promise.all([...taken, ...otherwise]);
    await Promise.all(answers.map((answer) => answer.body?.cancel()));
    await close();
  });
});
