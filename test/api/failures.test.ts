import { v7 as uuidv7 } from 'uuid';
import { countItems, noteAsked, takeItems } from '../../src/store/bulk-items.ts';
import { finishBulk, noteBulkStarted } from '../../src/store/bulks.ts';
import { type Api, startApi } from './running-api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  api.runs.reset();
  await api.db.empty();
});
afterAll(() => api.close());

const post = (path: string, body: unknown = undefined, headers = {}) =>
  api.ask(
    'POST',
    path,
    { 'content-type': 'application/json', ...headers },
    body === undefined ? null : JSON.stringify(body),
  );
const held = (columns: Record<string, unknown> = {}) =>
  api.placeOne({
    status: 'held',
    failure_code: 'service_error',
    failure_step: 'pay',
    failure_detail: 'payment /pay: 500',
    failed_at: new Date(),
    ...columns,
  });
const bulkOf = async (filter: object = { failure_code: 'service_error' }) =>
  (await post('/api/failures/retry', filter)).body.bulk_id as string;

describe('the failures', () => {
  test('come in groups, with a sample and what was last done about them', async () => {
    const first = await held();
    const second = await held();
    await post(`/api/orders/${first}/retry`, { reason: 'try one' }, { 'X-Client-Id': 'ann' });
    const { status, body } = await api.get('/api/failures');
    expect(status).toBe(200);
    expect(body.groups).toMatchObject([
      {
        status: 'held',
        failure_code: 'service_error',
        step: 'pay',
        count: 2,
        sample: { order_id: second, detail: 'payment /pay: 500' },
        last_action: { action: 'retry', by: 'ann', reason: 'try one', outcome: 'taken', order_id: first },
      },
    ]);
  });

  test('are none where nothing has failed', async () => {
    expect((await api.get('/api/failures')).body).toEqual({ groups: [] });
  });
});

describe('asking for a bulk operation', () => {
  test('freezes the set, says where to follow it, and is on the record', async () => {
    await held();
    await held({ failure_code: 'service_timeout' });
    const answer = await post(
      '/api/failures/retry',
      { failure_code: 'service_error', step: 'pay', rate: 50, reason: 'payments are back' },
      { 'X-Client-Id': 'ann' },
    );
    const { bulk_id } = answer.body;
    expect([answer.status, answer.body.total, answer.headers.get('location')]).toEqual([
      202,
      1,
      `/api/bulk/${bulk_id}`,
    ]);
    expect((await api.get(`/api/bulk/${bulk_id}`)).body).toMatchObject({
      action: 'retry',
      state: 'waiting',
      filter: { failure_code: 'service_error', step: 'pay' },
      rate: 50,
      by: 'ann',
      total: 1,
      waiting: 1,
      asked: 0,
      done: 0,
      held_again: 0,
      skipped: 0,
      links: { workflow: `http://ui.example/workflows/bulk-${bulk_id}` },
    });
    expect((await api.get(`/api/actions?bulk_id=${bulk_id}`)).body.actions).toMatchObject([
      { action: 'bulk_retry', by: 'ann', reason: 'payments are back', outcome: 'taken' },
    ]);
  });

  test('is gentle where no rate is given', async () => {
    expect((await api.get(`/api/bulk/${await bulkOf()}`)).body.rate).toBe(10);
  });

  test('of nothing is an operation on none', async () => {
    expect(await post('/api/failures/cancel', { status: 'failed' })).toMatchObject({ status: 202, body: { total: 0 } });
  });

  test.each([
    [{}, '/failure_code', 'required'],
    [{ failure_code: 'no_such' }, '/failure_code', 'invalid_format'],
    [{ step: 'dance' }, '/step', 'invalid_format'],
    [{ status: 'confirmed' }, '/status', 'invalid_format'],
    [{ step: 'pay', rate: 0 }, '/rate', 'too_small'],
    [{ step: 'pay', rate: 501 }, '/rate', 'too_big'],
    [{ step: 'pay', rate: 1.5 }, '/rate', 'wrong_type'],
    [{ step: 'pay', colour: 'red' }, '/colour', 'unknown_field'],
    [{ step: 'pay', reason: 'x'.repeat(501) }, '/reason', 'too_big'],
    [[], '', 'wrong_type'],
  ])('with %j is refused with what is wrong', async (body, pointer, code) => {
    const answer = await post('/api/failures/retry', body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_bulk']);
    expect(answer.body.errors).toMatchObject([{ pointer, code }]);
  });
});

describe('a bulk operation', () => {
  test('shows each of its orders with its outcome, in pages', async () => {
    const ids = [await held(), await held(), await held()];
    const id = await bulkOf();
    const [taken] = await takeItems(api.db.sql, id, 1);
    await noteAsked(api.db.sql, id, [
      { position: taken?.position ?? 0, outcome: 'skipped', orderStatus: 'confirmed', failureCode: null },
    ]);
    const first = (await api.get(`/api/bulk/${id}/items?limit=2`)).body;
    expect(first.items).toMatchObject([
      { order_id: ids[0], outcome: 'skipped', order_status: 'confirmed', at: expect.any(String) },
      { order_id: ids[1], outcome: 'waiting', at: null },
    ]);
    const rest = (await api.get(`/api/bulk/${id}/items?limit=2&cursor=${first.next_cursor}`)).body;
    expect([rest.items.length, rest.items[0].order_id, rest.next_cursor]).toEqual([1, ids[2], null]);
    expect((await api.get(`/api/bulk/${id}/items?outcome=skipped`)).body.items).toHaveLength(1);
    expect((await api.get(`/api/bulk/${id}`)).body).toMatchObject({ total: 3, waiting: 2, skipped: 1 });
  });

  test('is paused, resumed and stopped; its run is told, and each is on the record', async () => {
    const id = await bulkOf();
    await noteBulkStarted(api.db.sql, id);
    const states = [];
    for (const wish of ['pause', 'resume', 'stop'])
      states.push((await post(`/api/bulk/${id}/${wish}`, { reason: wish }, { 'X-Client-Id': 'ann' })).body.state);
    expect(states).toEqual(['paused', 'running', 'stopped']);
    expect(api.runs.asked).toEqual([`wake ${id}`, `wake ${id}`, `wake ${id}`]);
    const { actions } = (await api.get(`/api/actions?bulk_id=${id}&by=ann`)).body;
    expect(actions.map(({ action }: { action: string }) => action)).toEqual(['bulk_stop', 'bulk_resume', 'bulk_pause']);
  });

  test('that is over can not be changed, and says how it ended', async () => {
    const [done, stopped] = [await bulkOf(), await bulkOf()];
    await finishBulk(api.db.sql, done, await countItems(api.db.sql, done));
    await post(`/api/bulk/${stopped}/stop`);
    expect(await post(`/api/bulk/${done}/pause`)).toMatchObject({
      status: 409,
      body: { code: 'bulk_finished', bulk_state: 'done' },
    });
    expect(await post(`/api/bulk/${stopped}/resume`)).toMatchObject({ status: 409, body: { bulk_state: 'stopped' } });
  });

  test.each(['', '/items'])('that nobody knows is not found%s', async (path) => {
    for (const id of [uuidv7(), 'no-id'])
      expect(await api.get(`/api/bulk/${id}${path}`)).toMatchObject({ status: 404, body: { code: 'bulk_not_found' } });
  });

  test('is listed, newest first, in pages', async () => {
    const ids = [await bulkOf(), await bulkOf(), await bulkOf()];
    const first = (await api.get('/api/bulk?limit=2')).body;
    const next = (await api.get(`/api/bulk?limit=2&cursor=${first.next_cursor}`)).body;
    const listed = [...first.bulks, ...next.bulks].map(({ bulk_id }) => bulk_id);
    expect(listed.slice(0, 3)).toEqual(ids.toReversed());
  });
});
