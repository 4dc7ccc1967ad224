import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createDatabase } from '../support/database.ts';
import { type Asking, anOrder, asking } from './running-service.ts';

let database: Awaited<ReturnType<typeof createDatabase>>;
const started: ChildProcess[] = [];
beforeAll(async () => {
  database = await createDatabase();
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});
afterAll(() => database.drop());

function start(name: string, env: Record<string, string>) {
  const file = fileURLToPath(new URL(`../../services/${name}/server.ts`, import.meta.url));
  const child = fork(file, {
    env: { DATABASE_URL: database.url, LATENCY_MS: '0', ...env },
    silent: true,
    execArgv: [],
  });
  started.push(child);
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (text) => (output.stdout += text));
  child.stderr?.on('data', (text) => (output.stderr += text));
  return { child, output };
}

async function startReady(name: string, env: Record<string, string>) {
  const { child, output } = start(name, env);
  expect((await once(child, 'message'))[0]).toBe('ready');
  const url = /http:\/\/[\d.:]+/.exec(output.stdout)?.[0] ?? '';
  return { child, service: asking(url) };
}

const exitCode = async (child: ChildProcess) => (await once(child, 'exit'))[0];

const pay = (service: Asking, order_id: string) =>
  service.post('/pay', `${order_id}:pay`, { order_id, amount: 4200, currency: 'EUR' });

test.each([
  ['inventory', 'INVENTORY_PORT'],
  ['payment', 'PAYMENT_PORT'],
  ['notification', 'NOTIFICATION_PORT'],
])('%s says when it is ready, and ends when its parent is gone', async (name, setting) => {
  const { child, service } = await startReady(name, { [setting]: '0' });
  expect(await service.get('/health')).toMatchObject({ status: 200 });
  child.disconnect();
  expect(await exitCode(child)).toBe(0);
});

test.each(['SIGTERM', 'SIGINT'] as const)('on %s it answers what is under way, and ends', async (signal) => {
  const { child, service } = await startReady('payment', { PAYMENT_PORT: '0', LATENCY_MS: '500' });
  const underWay = pay(service, anOrder());
  await service.get('/health'); // answered after the payment has come in; leaves an idle connection
  child.kill(signal);
  const exited = exitCode(child);
  expect(await underWay).toMatchObject({ status: 200 });
  expect(await exited).toBe(0);
});

test('a call that hangs does not hold up the end', async () => {
  const { child, service } = await startReady('payment', { PAYMENT_PORT: '0' });
  await service.put('/faults', { hang: 1 });
  const hanging = pay(service, anOrder());
  hanging.catch(() => {});
  await service.get('/health');
  const start = performance.now();
  child.kill('SIGTERM');
  expect(await exitCode(child)).toBe(0);
  expect(performance.now() - start).toBeLessThan(3000); // for so long other calls are waited for
  await expect(hanging).rejects.toThrow('fetch failed');
});

test('names a port in use, and the setting that moves it', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const { child, output } = start('notification', { NOTIFICATION_PORT: String(port) });
  expect(await exitCode(child)).toBe(1);
  expect(output.stderr).toBe(
    `notification: 127.0.0.1:${port} is in use; set NOTIFICATION_PORT to a port that is free.\n`,
  );
  taken.close();
});

test('says everything that is wrong with its settings at once', async () => {
  const { child, output } = start('inventory', { DATABASE_URL: '', LATENCY_MS: 'soon', INVENTORY_PORT: '-1' });
  expect(await exitCode(child)).toBe(1);
  for (const name of ['DATABASE_URL', 'LATENCY_MS', 'INVENTORY_PORT']) expect(output.stderr).toContain(`${name}:`);
});

test('INITIAL_STOCK is what is on hand of a product seen for the first time', async () => {
  const { service } = await startReady('inventory', { INVENTORY_PORT: '0', INITIAL_STOCK: '7' });
  expect((await service.get('/stock/new')).body).toMatchObject({ on_hand: 7 });
});
