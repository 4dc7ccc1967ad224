import { readKeyLines } from '../../src/access/key-lines.ts';
import { KeyRing } from '../../src/access/key-ring.ts';
import { FakeApi, problem } from './fake-api.ts';
import { run } from './running.ts';

const NOWHERE = { API_URL: 'http://127.0.0.1:1' };

describe('keys new', () => {
  test('makes a key that its line lets in, in its role, without asking the API', async () => {
    const { code, out } = await run(['keys', 'new', 'ann', '--role', 'operator'], { env: NOWHERE });
    const [, key = ''] = /^key +(\S+)$/m.exec(out) ?? [];
    const [, line = ''] = /^line +(.+)$/m.exec(out) ?? [];
    expect(code).toBe(0);
    expect(new KeyRing({ lines: line }).callerOf(key)).toEqual({ id: 'ann', role: 'operator' });
  });

  test('is a client’s unless another role is asked for, and a document for programs', async () => {
    const { out } = await run(['keys', 'new', 'shop', '--json'], { env: NOWHERE });
    const { client, role, key, line } = JSON.parse(out);
    expect([client, role]).toEqual(['shop', 'client']);
    expect([...readKeyLines(line).values()]).toEqual([{ id: 'shop', role: 'client' }]);
    expect(line).not.toContain(key);
  });

  test.each([
    ['a name that is none', ['keys', 'new', 'a:b']],
    ['a role that is none', ['keys', 'new', 'shop', '--role', 'admin']],
    ['nobody', ['keys', 'new']],
  ])('for %s is wrong usage', async (_, argv) => expect((await run(argv)).code).toBe(2));
});

describe('a key of one’s own', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await FakeApi.start();
  });
  afterEach(() => api.stop());
  const failuresWith = (env: Record<string, string>) => run(['failures'], { env: { API_URL: api.url, ...env } });

  test('is sent with what is asked; without one, none is', async () => {
    api.on('GET /api/failures', { body: { groups: [] } });
    await failuresWith({ DURABLE_ORDERS_KEY: 'dok_of-a-test' });
    await failuresWith({});
    expect(api.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer dok_of-a-test', undefined]);
  });

  test('that does not count is said to be what is missing, and is not repeated', async () => {
    api.on('GET /api/failures', problem('unauthenticated', 401));
    const { code, err } = await failuresWith({ DURABLE_ORDERS_KEY: 'dok_of-a-test' });
    expect(code).toBe(1);
    expect(err).toContain('DURABLE_ORDERS_KEY');
    expect(err).not.toContain('dok_of-a-test');
  });

  test('that can’t be one is wrong usage', async () => {
    expect(await failuresWith({ DURABLE_ORDERS_KEY: 'two words' })).toMatchObject({ code: 2 });
    expect(api.asked).toEqual([]);
  });
});
