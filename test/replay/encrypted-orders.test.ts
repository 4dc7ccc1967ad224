import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { encryptionFrom } from '../../src/encryption/encryption.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { OtherCode, payFirst } from '../support/other-code.ts';
import { aKey, KeysFile } from '../support/payload-keys.ts';
import { type OrderHandle, WorkflowHarness } from '../support/workflow-harness.ts';
import { replayed, replayedWith } from './replayed.ts';

const directory = mkdtempSync(join(tmpdir(), 'saved-histories-'));
const keys = new KeysFile(aKey('k1'));
const withKeys = { PAYLOAD_KEYS_FILE: keys.path };
const before = process.env.TEMPORAL_ADDRESS;
let harness: WorkflowHarness;
let order: OrderHandle;

beforeAll(async () => {
  harness = await WorkflowHarness.start('development', encryptionFrom(keys.path));
  process.env.TEMPORAL_ADDRESS = harness.environment.address;
  const world = new FakeWorld().fail('takePayment', 'service_unreachable', { times: 2 });
  order = await harness.place(world, { paymentMethod: 'pm_marker' });
  await order.result();
});
afterAll(async () => {
  if (before === undefined) delete process.env.TEMPORAL_ADDRESS;
  else process.env.TEMPORAL_ADDRESS = before;
  rmSync(directory, { recursive: true });
  await harness.stop();
  keys[Symbol.dispose]();
});

const id = () => order.workflowId.replace('order-', '');
async function exported(): Promise<string> {
  const file = join(directory, 'exported.json');
  writeFileSync(file, historyToJSON(await order.fetchHistory()));
  return file;
}

test('an encrypted order is replayed with its keys, and breaks under another story', async () => {
  expect(await replayedWith(withKeys, id())).toMatchObject({ code: 0, err: '' });
  using code = new OtherCode(payFirst);
  const { code: exit, out } = await replayedWith(withKeys, id(), '--workflows', code.path);
  expect(exit).toBe(1);
  expect(out).toContain('ActivityTaskScheduled');
});

test('one that was exported from the Web UI is too, and is known by its order', async () => {
  const { code, out } = await replayedWith(withKeys, await exported(), '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ replayed: 1, breaking: [] });
});

test('what is saved of it is in clear and has nothing personal, so that it replays without any key', async () => {
  const { code, out } = await replayedWith(withKeys, id(), '--save', 'kept', '--into', directory);
  expect([code, out]).toEqual([0, expect.stringContaining('kept.json')]);
  const file = join(directory, 'kept.json');
  const text = readFileSync(file, 'utf8');
  const payloads = [...text.matchAll(/"data": "([^"]+)"/g)].map(([, data]) => Buffer.from(data as string, 'base64'));
  for (const kept of [text, ...payloads.map(String)]) {
    expect(kept).not.toMatch(/pm_marker|is to fail|encryption-key-id/);
    expect(kept).not.toContain(Buffer.from('binary/encrypted').toString('base64'));
  }
  expect(payloads.join('\n')).toContain('sku-1');
  expect(await replayed(file)).toMatchObject({ code: 0 });
});

test.each<[string, () => Promise<string>]>([
  ['fetched', async () => id()],
  ['read from a file', exported],
])('without its keys an order that is %s is not called broken: it can not be read', async (_, source) => {
  using others = new KeysFile(aKey('k2'));
  expect(await replayed(await source())).toMatchObject({
    code: 3,
    err: expect.stringContaining('PAYLOAD_KEYS_FILE is not set'),
  });
  expect(await replayedWith({ PAYLOAD_KEYS_FILE: others.path }, await source())).toMatchObject({
    code: 3,
    err: expect.stringContaining('the key k1 of a payload is not in PAYLOAD_KEYS_FILE'),
  });
});

test('a file of keys that does not fit is wrong usage', async () => {
  expect(await replayedWith({ PAYLOAD_KEYS_FILE: '/nowhere' }, id())).toMatchObject({
    code: 2,
    err: expect.stringContaining('PAYLOAD_KEYS_FILE (/nowhere)'),
  });
});
