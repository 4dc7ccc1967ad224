import { v7 as uuidv7 } from 'uuid';
import { noStepTaken } from '../../src/domain/lifecycle.ts';
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

const one = (id: string) => api.get(`/api/orders/${id}`);
const list = async (query = '') => {
  const { body } = await api.get(`/api/orders${query}`);
  return { ids: body.orders.map((order: { order_id: string }) => order.order_id), next: body.next_cursor };
};

describe('one order', () => {
  test('shows its status, its failure and the way to its run', async () => {
    const id = await api.placeOne({
      status: 'held',
      failure_code: 'service_timeout',
      failure_step: 'pay',
      failure_detail: 'x',
    });
    expect((await one(id)).body).toMatchObject({
      status: 'held',
      failure: { code: 'service_timeout', step: 'pay', detail: 'x' },
      links: { self: `/api/orders/${id}`, workflow: `http://ui.example/workflows/order-${id}` },
    });
  });

  test('under way shows what its run is doing now', async () => {
    const id = await api.placeOne({ status: 'processing' });
    const [deduct, pay, ...rest] = noStepTaken();
    api.runs.progress = [
      { ...deduct, state: 'done', attempts: 1 },
      { ...pay, state: 'running', attempts: 4 },
      ...rest,
    ] as never;
    expect((await one(id)).body.steps).toEqual(api.runs.progress);
  });

  test('under way whose run does not answer quickly shows what is known', async () => {
    const id = await api.placeOne({ status: 'processing' });
    expect((await one(id)).body.steps[0]).toEqual({ step: 'deduct', state: 'running', attempts: 1 });
  });

  test('that waits or has settled is not asked about', async () => {
    for (const status of ['accepted', 'held', 'confirmed']) await one(await api.placeOne({ status }));
    expect(api.runs.asked).toEqual([]);
  });

  test('is found by its id in capitals', async () => {
    const id = await api.placeOne();
    expect((await one(id.toUpperCase())).body.order_id).toBe(id);
  });

  test.each([
    ['an id that nobody has', uuidv7()],
    ['what can be no id', 'no-id'],
    ['what is no text either', '%zz'],
    ['a statement', "1'%20OR%20'1'='1"],
  ])('with %s is not found', async (_, id) => expect((await one(id)).status).toBe(404));
});

describe('the list', () => {
  test('is empty where there is nothing', async () => expect(await list()).toEqual({ ids: [], next: null }));

  test('is newest first', async () => {
    const ids = [await api.placeOne(), await api.placeOne(), await api.placeOne()];
    expect(await list()).toEqual({ ids: ids.toReversed(), next: null });
  });

  test('may be of one status or one failure', async () => {
    const failure = { failure_code: 'service_timeout', failure_step: 'pay', failure_detail: 'x' };
    const held = await api.placeOne({ status: 'held', ...failure });
    await api.placeOne({ status: 'confirmed' });
    expect((await list('?status=held')).ids).toEqual([held]);
    expect((await list('?failure_code=service_timeout')).ids).toEqual([held]);
    expect((await list('?status=held&failure_code=card_declined')).ids).toEqual([]);
  });

  test('in pages is complete and without overlap while new orders arrive', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) ids.push(await api.placeOne());
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await list(`?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.ids);
      cursor = page.next;
      await api.placeOne();
    }
    expect(seen).toEqual(ids.toReversed());
  });

  test.each([
    ['status=lost', '/status invalid_format'],
    ['failure_code=none_such', '/failure_code invalid_format'],
    ['failure_code=constructor', '/failure_code invalid_format'],
    ['limit=0', '/limit too_small'],
    ['limit=201', '/limit too_big'],
    ['limit=ten', '/limit invalid_format'],
    ['cursor=last', '/cursor invalid_format'],
    ['status=held&status=failed', '/status invalid_format'],
    ['colour=red', '/colour unknown_field'],
  ])('with ?%s is refused, and says where', async (query, expected) => {
    const { status, body } = await api.get(`/api/orders?${query}`);
    expect([status, body.code]).toEqual([400, 'invalid_parameter']);
    expect(body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)).toEqual([expected]);
  });
});
