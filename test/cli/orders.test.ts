import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accepted, aHeldOrder, anAction, anOrder, ORDER_ID, OTHER_ID } from './documents.ts';
import { FakeApi, problem } from './fake-api.ts';
import { type Around, run } from './running.ts';

let api: FakeApi;
beforeEach(async () => {
  api = await FakeApi.start();
});
afterEach(() => api.stop());

const cli = (argv: string[], around: Around = {}) => run([...argv, '--url', api.url], around);

describe('submit', () => {
  const said = ['submit', '--product', 'sku-1', '--quantity', '2', '--amount', '4200'];

  test('places an order and prints its id and status', async () => {
    api.on('POST /api/orders', { status: 201, body: accepted(ORDER_ID, 'accepted') });
    expect(await cli([...said, '--key', 'cart-7', '--as', 'shop'])).toEqual({
      code: 0,
      out: `${ORDER_ID}  accepted\n`,
      err: '',
    });
    expect(api.only.body).toEqual({ product_id: 'sku-1', quantity: 2, amount: 4200 });
    expect(api.only.headers).toMatchObject({ 'idempotency-key': 'cart-7', 'x-client-id': 'shop' });
  });

  test('takes the order from a file, or from the input', async () => {
    api.on('POST /api/orders', { status: 201, body: accepted(ORDER_ID, 'accepted') });
    const dir = await mkdtemp(join(tmpdir(), 'submit-'));
    const order = { items: [{ product_id: 'sku-1', quantity: 1, unit_amount: 900 }] };
    await writeFile(join(dir, 'order.json'), JSON.stringify(order));
    await cli(['submit', '--file', join(dir, 'order.json')]);
    await cli(['submit', '--file', '-'], { input: JSON.stringify(order) });
    await rm(dir, { recursive: true });
    expect(api.asked.map(({ body }) => body)).toEqual([order, order]);
  });

  test('waits for the outcome where it is told to, and a rejected order is a No', async () => {
    const failure = { code: 'card_declined', step: 'pay', detail: '' } as const;
    api.on('POST /api/orders', { status: 201, body: anOrder({ status: 'rejected', failure }) });
    expect(await cli([...said, '--wait', '5'])).toMatchObject({
      code: 1,
      out: `${ORDER_ID}  rejected  card_declined\n`,
    });
    expect(api.only.headers.prefer).toBe('wait=5');
  });

  test('says what does not fit, each with its pointer', async () => {
    const errors = [{ pointer: '/quantity', code: 'too_big', detail: 'is too large or too long' }];
    api.on('POST /api/orders', problem('invalid_order', 400, { errors }));
    expect(await cli(said)).toEqual({
      code: 1,
      out: '',
      err: '✗ It is invalid_order (invalid_order). /quantity is too large or too long.\n',
    });
  });

  test('that may or may not have been stored says under which key it can be sent again', async () => {
    api.on('POST /api/orders', { ...problem('database_unavailable', 503), headers: { 'Retry-After': '2' } });
    const { code, err } = await cli(said);
    const [key] = [api.only.headers['idempotency-key']];
    expect({ code, err }).toMatchObject({ code: 3, err: expect.stringContaining(`--key ${key}`) });
    expect(err).toContain('Try again in 2 s');
  });

  test.each([
    [['submit']],
    [['submit', '--product', 'sku-1', '--quantity', '0', '--amount', '1']],
    [['submit', '--file', '/nowhere/order.json']],
    [['submit', '--file', 'order.json', '--product', 'sku-1']],
  ])('%j is wrong usage and asks for nothing', async (argv) => {
    expect((await cli(argv)).code).toBe(2);
    expect(api.asked).toEqual([]);
  });
});

describe('list', () => {
  test('shows each order in a line, money with the digits of its currency', async () => {
    const yen = anOrder({ order_id: OTHER_ID, currency: 'JPY', amount: 4200 });
    api.on('GET /api/orders', { body: { orders: [aHeldOrder(), yen], next_cursor: null } });
    const { out } = await cli(['list', '--status', 'held', '--failure-code', 'service_unreachable', '--step', 'pay']);
    expect(out.split('\n')).toEqual([
      'order                                 status       age     amount  failure                     ordered',
      `${ORDER_ID}  held       3 min  42.00 EUR  service_unreachable in pay  2 × sku-1`,
      `${OTHER_ID}  confirmed  3 min  4,200 JPY                              2 × sku-1`,
      '',
    ]);
    expect(api.only.query).toEqual({ status: 'held', failure_code: 'service_unreachable', step: 'pay', limit: '50' });
  });

  test('goes through all pages, and gives programs one document', async () => {
    api.on('GET /api/orders', ({ query }) => ({
      body: query.cursor
        ? { orders: [anOrder({ order_id: OTHER_ID })], next_cursor: null }
        : { orders: [anOrder()], next_cursor: ORDER_ID },
    }));
    const { out } = await cli(['list', '--all', '--json']);
    const { orders, next_cursor } = JSON.parse(out);
    expect(orders.map(({ order_id }: { order_id: string }) => order_id)).toEqual([ORDER_ID, OTHER_ID]);
    expect(next_cursor).toBeNull();
    expect(api.asked.map(({ query }) => query)).toEqual([{ limit: '200' }, { limit: '200', cursor: ORDER_ID }]);
  });

  test('stops at the limit, and says that there is more', async () => {
    api.on('GET /api/orders', { body: { orders: [anOrder()], next_cursor: ORDER_ID } });
    expect((await cli(['list', '--limit', '1'])).err).toContain('--all');
    expect(api.only.query).toEqual({ limit: '1' });
  });

  test.each([60, 80, 120])('fits into %i columns, with ids whole', async (columns) => {
    api.on('GET /api/orders', { body: { orders: [aHeldOrder()], next_cursor: null } });
    const { out } = await cli(['list'], { columns, env: { NO_COLOR: '1' } });
    expect(out).toContain(ORDER_ID);
    if (columns >= 80) for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  });
});

describe('show', () => {
  const path = `/api/orders/${ORDER_ID}` as const;

  test('tells what was ordered, what each step did, and how long it took', async () => {
    api.on(`GET ${path}`, { body: anOrder() });
    const { code, out } = await cli(['show', ORDER_ID]);
    expect(code).toBe(0);
    expect(out).toContain('2 × sku-1');
    expect(out).toMatch(/✓ {2}pay +done +1 attempt +42\.00 EUR taken/);
    expect(out).toMatch(/settled +\S+ \S+ UTC, after 650 ms/);
    expect(out).toContain(`http://127.0.0.1:8233/namespaces/default/workflows/order-${ORDER_ID}`);
  });

  test('says why an order is held, what to do, and who did what', async () => {
    api.on(`GET ${path}`, { body: aHeldOrder({ actions: [anAction()], amendments: 1 }) });
    const { out } = await cli(['show', ORDER_ID]);
    expect(out).toContain('held: service_unreachable in pay');
    expect(out).toContain('It may pass by itself');
    expect(out).toContain(`durable-orders retry ${ORDER_ID}`);
    expect(out).toMatch(/1 min ago {2}alice {2}retry {2}taken {2}payments are back/);
    expect(out).toContain('amended once');
  });

  test('that watches gives programs each version in a line, until the order is settled', async () => {
    const held = { body: aHeldOrder() };
    api.inTurn(`GET ${path}`, held, held, { body: anOrder() });
    const { code, out } = await cli(['show', ORDER_ID, '--watch', '--json']);
    const statuses = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).status);
    expect({ code, statuses }).toEqual({ code: 0, statuses: ['held', 'confirmed'] });
  });

  test('that watches lives through an outage', async () => {
    api.inTurn(`GET ${path}`, { body: aHeldOrder() }, problem('database_unavailable', 503), { body: anOrder() });
    const { code, out, err } = await cli(['show', ORDER_ID, '--watch']);
    expect(code).toBe(0);
    expect(err).toContain('Still trying');
    expect(out).toMatch(/pay done, attempt 1\n.*\n.*\n.*confirmed\n$/);
  });

  test('of an order that is being undone offers nothing but to try that again', async () => {
    const failure = { code: 'undo_failed', step: 'pay', detail: 'pay: service_contract' } as const;
    api.on(`GET ${path}`, { body: aHeldOrder({ failure }) });
    const { out } = await cli(['show', ORDER_ID]);
    expect(out).toContain(`durable-orders retry ${ORDER_ID}`);
    expect(out).not.toMatch(/durable-orders (amend|cancel)/);
  });

  test('draws nothing that a service may have hidden in its answer', async () => {
    const detail = '\u001b[2Jgone\nheld: nothing';
    api.on(`GET ${path}`, { body: aHeldOrder({ failure: { code: 'service_error', step: 'pay', detail } }) });
    expect((await cli(['show', ORDER_ID])).out).toContain('  [2Jgone held: nothing');
  });

  test('is coloured on a terminal, unless colours are not wanted', async () => {
    api.on(`GET ${path}`, { body: anOrder() });
    expect((await cli(['show', ORDER_ID], { columns: 100 })).out).toContain('\u001b[32m');
    expect((await cli(['show', ORDER_ID], { columns: 100, env: { NO_COLOR: '1' } })).out).not.toContain('\u001b[');
  });

  test('of an order that is not there is a No', async () => {
    api.on(`GET ${path}`, problem('order_not_found', 404));
    const { code, out, err } = await cli(['show', ORDER_ID, '--json']);
    expect(code).toBe(1);
    expect(err).toContain('durable-orders list');
    expect(JSON.parse(out).code).toBe('order_not_found');
  });
});
