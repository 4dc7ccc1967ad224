import { jest } from '@jest/globals';
import { aBulk, accepted, aGroup, anAction, BULK_ID, ORDER_ID, OTHER_ID } from './documents.ts';
import { FakeApi, problem } from './fake-api.ts';
import { type Around, run } from './running.ts';

let api: FakeApi;
beforeEach(async () => {
  jest.spyOn(Date, 'now').mockReturnValue(Date.now()); // ages are said to the second, and a test may take one
  api = await FakeApi.start();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await api.stop();
});

const cli = (argv: string[], around: Around = {}) => run([...argv, '--url', api.url], around);

describe('failures', () => {
  test('are a table of groups, each with an order to look at and what was last done', async () => {
    const last_action = {
      ...anAction(),
      action: 'bulk_retry',
      reason: 'again',
      order_id: null,
      bulk_id: BULK_ID,
    };
    api.on('GET /api/failures', { body: { groups: [aGroup({ last_action })] } });
    const { out } = await cli(['failures']);
    expect(out.split('\n')).toEqual([
      'orders  status  code                 step  first seen  last seen',
      ' 1,204  held    service_unreachable  pay   3 h ago     2 min ago',
      `        such as ${ORDER_ID}: POST http://127.0.0.1:4002/pay: ECONNREFUSED`,
      '        last bulk retry by alice 1 min ago, taken: again',
      '',
    ]);
  });

  test('about which something was done this very second say so', async () => {
    const last_action = { ...anAction(), at: new Date(Date.now() + 500).toISOString() };
    api.on('GET /api/failures', { body: { groups: [aGroup({ last_action })] } });
    expect((await cli(['failures'])).out).toContain('last retry by alice just now, taken: payments are back');
  });

  test('that there are none of is good news', async () => {
    api.on('GET /api/failures', { body: { groups: [] } });
    expect(await cli(['failures'])).toMatchObject({ code: 0, out: 'No order is held or failed.\n' });
  });
});

describe.each(['retry', 'cancel'] as const)('%s', (verb) => {
  const path = (id: string) => `POST /api/orders/${id}/${verb}` as const;

  test('decides about one order, with the reason, as who is asking', async () => {
    api.on(path(ORDER_ID), { status: 202, body: accepted(ORDER_ID, 'processing') });
    const ran = await cli([verb, ORDER_ID, '--reason', 'payments are back'], { env: { CLIENT_ID: 'alice' } });
    expect(ran).toEqual({ code: 0, out: `${ORDER_ID}  processing\n`, err: '' });
    expect(api.only).toMatchObject({ body: { reason: 'payments are back' }, headers: { 'x-client-id': 'alice' } });
  });

  test('goes on with the others after one that can not be done, and is a No', async () => {
    const decided = { action: 'cancel', by: 'bob', at: new Date().toISOString() };
    api.on(path(OTHER_ID), problem('order_not_held', 409, { instance: `/api/orders/${OTHER_ID}/${verb}`, decided }));
    api.on(path(ORDER_ID), { status: 202, body: accepted(ORDER_ID, 'processing') });
    const { code, out, err } = await cli([verb, OTHER_ID, ORDER_ID]);
    expect({ code, out }).toEqual({ code: 1, out: `${ORDER_ID}  processing\n` });
    expect(err).toContain(`${OTHER_ID}: It is order_not_held (order_not_held). bob cancelled it just now.`);
    expect(err).toContain(`durable-orders show ${OTHER_ID}`);
  });

  test('that is refused says so in whole words, however narrow the terminal', async () => {
    api.on(path(ORDER_ID), problem('order_not_held', 409, { instance: `/api/orders/${ORDER_ID}/${verb}` }));
    const { err } = await cli([verb, ORDER_ID], { columns: 60, env: { NO_COLOR: '1' } });
    expect(err.split('\n')).toEqual([
      '✗ It is order_not_held (order_not_held). See how it stands:',
      `  durable-orders show ${ORDER_ID}.`,
      '',
    ]);
  });

  test('of a group begins a bulk and says how to follow it', async () => {
    api.on(`POST /api/failures/${verb}`, { status: 202, body: { bulk_id: BULK_ID, total: 1204 } });
    const { code, out } = await cli([
      verb,
      '--failure-code',
      'service_unreachable',
      '--step',
      'pay',
      '--rate',
      '50',
      '--reason',
      'x',
    ]);
    expect(code).toBe(0);
    expect(out).toContain(`${BULK_ID}  1,204 orders, 50 a second: about 24.1 s`);
    expect(out).toContain(`durable-orders bulk show ${BULK_ID} --watch`);
    expect(api.only.body).toEqual({ failure_code: 'service_unreachable', step: 'pay', rate: 50, reason: 'x' });
  });

  test.each([
    [[verb]],
    [[verb, ORDER_ID, '--status', 'held']],
    [[verb, ORDER_ID, '--rate', '5']],
    [[verb, ORDER_ID, '--wait']],
    [[verb, '--status', 'confirmed']],
    [[verb, '--status', 'held', '--rate', '501']],
  ])('%j is wrong usage and asks for nothing', async (argv) => {
    expect((await cli(argv)).code).toBe(2);
    expect(api.asked).toEqual([]);
  });
});

describe('a bulk that is waited for', () => {
  const wait = ['retry', '--status', 'held', '--wait'];
  const ended = aBulk({
    state: 'done',
    waiting: 0,
    done: 97,
    held_again: 2,
    skipped: 1,
    finished_at: new Date().toISOString(),
  });
  beforeEach(() => api.on('POST /api/failures/retry', { status: 202, body: { bulk_id: BULK_ID, total: 100 } }));

  test('says on the way how far it is, and then how it ended', async () => {
    api.inTurn(`GET /api/bulk/${BULK_ID}`, { body: aBulk({ waiting: 40, asked: 5, done: 60 }) }, { body: ended });
    const { code, out, err } = await cli(wait);
    expect(err).toContain('running: 60 %: 60 done, 5 under way, 35 waiting, about 4.0 s left');
    expect(out).toContain('97 done, 2 held again, 1 skipped');
    expect(out).toContain(`durable-orders bulk items ${BULK_ID} --outcome held_again`);
    expect(code).toBe(1); // two are held again
  });

  test('that does not keep its rate says how long it takes at its pace', async () => {
    const slow = aBulk({ waiting: 40, done: 60, created_at: new Date(Date.now() - 60_000).toISOString() });
    api.inTurn(`GET /api/bulk/${BULK_ID}`, { body: slow }, { body: ended });
    expect((await cli(wait)).err).toContain('60 done, 40 waiting, about 40.0 s left');
  });

  test('has a bar on a terminal', async () => {
    api.inTurn(
      `GET /api/bulk/${BULK_ID}`,
      { body: aBulk({ waiting: 50, done: 50 }) },
      { body: { ...ended, held_again: 0 } },
    );
    const { code, err } = await cli(wait, { columns: 90 });
    expect(err).toContain('███████████████░░░░░░░░░░░░░░░ 50 %');
    expect(code).toBe(0);
  });

  test('gives programs its documents, a line each', async () => {
    api.inTurn(`GET /api/bulk/${BULK_ID}`, { body: aBulk() }, { body: ended });
    const { out } = await cli([...wait, '--json']);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).state),
    ).toEqual(['running', 'done']);
  });
});

describe('bulk', () => {
  test('lists them, and "bulk list" is the same', async () => {
    api.on('GET /api/bulk', { body: { bulks: [aBulk()], next_cursor: null } });
    const { out } = await cli(['bulk']);
    expect(out).toMatch(new RegExp(`${BULK_ID} +10 s +retry +running +100 +0 +0 +service_unreachable, in pay +alice`));
    expect(await cli(['bulk', 'list'])).toEqual({ code: 0, out, err: '' });
  });

  test('shows the orders of one', async () => {
    const item = {
      order_id: ORDER_ID,
      outcome: 'held_again',
      order_status: 'held',
      failure_code: 'service_error',
      at: null,
    };
    api.on(`GET /api/bulk/${BULK_ID}/items`, { body: { items: [item], next_cursor: null } });
    const { out } = await cli(['bulk', 'items', BULK_ID, '--outcome', 'held_again']);
    expect(out).toContain(`${ORDER_ID}  held again  held    service_error`);
    expect(api.only.query).toEqual({ outcome: 'held_again', limit: '50' });
  });

  test('says where there are more, and shows all where all are asked for', async () => {
    const item = { order_id: ORDER_ID, outcome: 'done', order_status: 'confirmed', failure_code: null, at: null };
    api.on(`GET /api/bulk/${BULK_ID}/items`, ({ query }) => ({
      body: { items: [item], next_cursor: query.cursor === '2' ? null : String(Number(query.cursor ?? 0) + 1) },
    }));
    const some = await cli(['bulk', 'items', BULK_ID, '--limit', '1']);
    expect(some.err).toContain('There are more: --limit shows as many as you say, --all all of them.');
    const { out, err } = await cli(['bulk', 'items', BULK_ID, '--all', '--json']);
    expect([JSON.parse(out).items.length, JSON.parse(out).next_cursor, err]).toEqual([3, null, '']);
  });

  test.each(['pause', 'resume', 'stop'])('%s says how it is afterwards', async (verb) => {
    api.on(`POST /api/bulk/${BULK_ID}/${verb}`, { status: 202, body: aBulk({ state: 'paused' }) });
    expect(await cli(['bulk', verb, BULK_ID, '--reason', 'slow'])).toEqual({
      code: 0,
      out: `${BULK_ID}  paused\n`,
      err: '',
    });
    expect(api.only.body).toEqual({ reason: 'slow' });
  });

  test('takes no verb that there is not', async () => {
    expect((await cli(['bulk', 'delete', BULK_ID])).code).toBe(2);
  });
});

describe('amend', () => {
  test('sends what is changed as a merge patch, options over the patch', async () => {
    api.on(`POST /api/orders/${ORDER_ID}/amend`, { status: 202, body: accepted(ORDER_ID, 'processing') });
    const patch = '{"customer":{"email":null,"locale":"de"},"metadata":{"a":"b"}}';
    const argv = [
      'amend',
      ORDER_ID,
      '--payment-method',
      'pm_2',
      '--locale',
      'fr',
      '--patch',
      patch,
      '--reason',
      'a new card',
    ];
    expect((await cli(argv)).code).toBe(0);
    expect(api.only.headers['content-type']).toBe('application/merge-patch+json');
    expect(api.only.body).toEqual({
      payment_method: 'pm_2',
      customer: { email: null, locale: 'fr' },
      metadata: { a: 'b' },
      reason: 'a new card',
    });
  });

  test('that changes nothing is a No that says so', async () => {
    const errors = [{ pointer: '', code: 'nothing_changes', detail: 'changes nothing' }];
    api.on(`POST /api/orders/${ORDER_ID}/amend`, problem('invalid_amendment', 400, { errors }));
    const { code, err } = await cli(['amend', ORDER_ID, '--payment-method', 'pm_card']);
    expect([code, err]).toEqual([1, expect.stringContaining('(invalid_amendment). It changes nothing.')]);
  });

  test.each([
    [['amend', ORDER_ID]],
    [['amend', ORDER_ID, '--patch', '{}']],
    [['amend', ORDER_ID, '--patch', '[1]']],
    [['amend', ORDER_ID, '--patch', '{']],
  ])('%j is wrong usage', async (argv) => expect((await cli(argv)).code).toBe(2));
});

test('actions are who decided what, when and why', async () => {
  const amended = anAction({ action: 'amend', changes: ['/payment_method'], reason: 'a new card' });
  api.on('GET /api/actions', { body: { actions: [amended, anAction()], next_cursor: null } });
  const { out } = await cli(['actions', '--order', ORDER_ID, '--by', 'alice']);
  expect(out).toMatch(
    new RegExp(`1 min +alice +retry +${ORDER_ID} +taken +service_unreachable in pay +payments are back`),
  );
  expect(out).toMatch(/amend \/payment_method .* a new card\n/);
  expect(api.only.query).toEqual({ order_id: ORDER_ID, by: 'alice', limit: '50' });
});
