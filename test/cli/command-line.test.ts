import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { aHeldOrder, anOrder, ORDER_ID } from './documents.ts';
import { FakeApi, problem } from './fake-api.ts';
import { run } from './running.ts';

const LAUNCHER = join(import.meta.dirname, '../../bin/durable-orders.js');
const NOWHERE = 'http://127.0.0.1:1';

const COMMANDS = [
  'submit',
  'list',
  'show',
  'failures',
  'retry',
  'cancel',
  'amend',
  'bulk',
  'actions',
  'doctor',
  'keys',
];

let api: FakeApi;
beforeEach(async () => {
  api = await FakeApi.start();
});
afterEach(() => api.stop());

describe('every command', () => {
  test.each(COMMANDS)('%s has examples', async (command) => {
    const { code, out } = await run([command, '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/Examples:\n {2}\$ .*durable-orders/);
  });

  test('and what the exit codes mean are in the help', async () => {
    const { out } = await run(['--help']);
    for (const command of [...COMMANDS, 'replay']) expect(out).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
    expect(out).toMatch(/0 {2}done\n {2}1 {2}.*\n {2}2 {2}.*\n {2}3 {2}/);
  });

  test.each([['list'], ['show', ORDER_ID], ['failures'], ['retry', ORDER_ID], ['bulk'], ['actions']])(
    '%s: one sentence and code 3 where nothing answers',
    async (...argv) => {
      const { code, out, err } = await run([...argv, '--url', NOWHERE]);
      expect({ code, out }).toEqual({ code: 3, out: '' });
      expect(err).toMatch(/^✗ The API can't be reached at http:\/\/127\.0\.0\.1:1 \(.*\n$/);
    },
  );
});

describe('where the API is, and who asks it', () => {
  beforeEach(() => api.on('GET /api/failures', { body: { groups: [] } }));
  const askedBy = async (argv: string[], env: Record<string, string>, userName = 'someone') => {
    const { code } = await run(['failures', ...argv], { env, userName });
    return { code, as: api.asked.at(-1)?.headers['x-client-id'] };
  };

  test('is said by an option, a setting, or the port of npm start', async () => {
    const port = new URL(api.url).port;
    expect(await askedBy(['--url', `${api.url}/`], { API_URL: NOWHERE })).toMatchObject({ code: 0 });
    expect(await askedBy([], { API_URL: api.url, PORT: '1' })).toMatchObject({ code: 0 });
    expect(await askedBy([], { PORT: port })).toMatchObject({ code: 0 });
  });

  test("is an option, a setting, or the account's name made to fit", async () => {
    const env = { API_URL: api.url };
    expect(await askedBy(['--as', 'alice'], { ...env, CLIENT_ID: 'bob' })).toEqual({ code: 0, as: 'alice' });
    expect(await askedBy([], { ...env, CLIENT_ID: 'bob' })).toEqual({ code: 0, as: 'bob' });
    expect(await askedBy([], env, 'CORP\\José Ruiz')).toEqual({ code: 0, as: 'CORP-Jos-Ruiz' });
  });

  test('that can not be is wrong usage', async () => {
    expect(await run(['failures', '--url', 'orders'])).toMatchObject({ code: 2 });
    expect(await run(['failures', '--as', 'José'])).toMatchObject({ code: 2 });
    expect(await run(['failures'], { env: { PORT: 'abc' } })).toMatchObject({ code: 2 });
  });
});

test('who may not is told so', async () => {
  api.on('GET /api/failures', problem('not_allowed', 403));
  const { code, err } = await run(['failures', '--url', api.url]);
  expect(code).toBe(1);
  expect(err).toContain('OPERATORS');
});

test('what is not the API is told apart from what is away', async () => {
  api.on('GET /api/failures', { status: 404, body: ['no'] });
  expect(await run(['failures', '--url', api.url])).toMatchObject({
    code: 1,
    err: expect.stringContaining('not as the order API'),
  });
  api.on('GET /api/failures', { status: 502, body: ['no'] });
  expect(await run(['failures', '--url', api.url])).toMatchObject({ code: 3 });
});

describe('the launcher', () => {
  const launch = (...argv: string[]) => {
    const child = spawn(process.execPath, [LAUNCHER, ...argv], { env: { PATH: process.env.PATH, API_URL: api.url } });
    const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
    return { child, ended: ended.then(([[code, signal], out, err]) => ({ code, signal, out, err })) };
  };

  test('runs the command line, and passes input, output and exit code on', async () => {
    const order = anOrder();
    api.on(`GET /api/orders/${ORDER_ID}`, { body: order });
    api.on('POST /api/orders', problem('invalid_order', 400));
    const shown = await launch('show', ORDER_ID, '--json').ended;
    expect({ ...shown, out: JSON.parse(shown.out) }).toEqual({ code: 0, signal: null, err: '', out: order });
    const { child, ended } = launch('submit', '--file', '-');
    child.stdin.end('{"product_id":"sku-1"}');
    expect(await ended).toMatchObject({ code: 1 });
    expect(api.asked.at(-1)?.body).toEqual({ product_id: 'sku-1' });
  });

  test('ends when it is told to', async () => {
    api.on(`GET /api/orders/${ORDER_ID}`, { body: aHeldOrder() });
    const { child, ended } = launch('show', ORDER_ID, '--watch');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect((await ended).signal ?? (await ended).code).toBe('SIGINT');
  });
});
