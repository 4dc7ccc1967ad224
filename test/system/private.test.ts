import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection, WorkflowClient } from '@temporalio/client';
import { payloadToJSON } from '@temporalio/common/lib/proto-utils.js';
import { aKey, KeysFile } from '../support/payload-keys.ts';
import { readable, storedOf } from '../support/raw-history.ts';
import { RunningSystem } from '../support/running-system.ts';
import { until } from '../support/until.ts';

/**
 * An order with a mark in every field that is somebody's; `marker` would not do, since Temporal has events of that name.
 * The marks are so long that neither ciphertext nor its base64 has one by chance; the amount is longer than nanoseconds.
 */
const MARKED = {
  product_id: 'sku-of-an-anteater',
  amount: 424_242_424_242,
  customer: { id: 'cust-AARDVARK', email: 'aardvark@aardvark.example', locale: 'de-x-aardvark' },
  metadata: { gift_note: 'note-AARDVARK', 'key-AARDVARK': 'x' },
  payment_method: 'pm_aardvark',
};
const found = (text: string) => [...new Set(text.match(/aardvark/gi))];
/** What is ordered, what for, and what failed. A currency has no more than three letters: it is found as calls and summaries write it. */
const ORDERED = ['sku-of-an-anteater', '424242424242', '"EUR"', ' EUR"', 'payment /pay'];
const orderedIn = (text: string) => ORDERED.filter((each) => text.includes(each));

/** Orders that go every way there is: confirmed, declined, held and retried, held and cancelled, amended. */
async function goEveryWay(system: RunningSystem): Promise<string[]> {
  const confirmed = await placeUnderKey(system);
  const soldOut = await system.place({ ...MARKED, product_id: 'sold-out' });
  await system.untilStatus(confirmed, 'confirmed');
  await system.untilStatus(soldOut, 'rejected');
  await system.faults('payment', { fail: 1 });
  const held = await Promise.all([system.place(MARKED), system.place(MARKED), system.place(MARKED)]);
  const [retried, cancelled, amended] = held as [string, string, string];
  for (const id of held) await system.untilStatus(id, 'held', 30_000);
  await system.faults('payment', {});
  const reason = { reason: 'asked by aardvark@aardvark.example' };
  expect((await system.post(`/api/orders/${retried}/retry`, reason)).status).toBeLessThan(300);
  expect((await system.post(`/api/orders/${cancelled}/cancel`, reason)).status).toBeLessThan(300);
  const amendment = { ...reason, payment_method: 'pm_aardvark_2' };
  expect((await system.post(`/api/orders/${amended}/amend`, amendment)).status).toBeLessThan(300);
  await system.post('/api/orders', { ...MARKED, amount: 'aardvark', 'field-AARDVARK': 1 }); // refused: 400
  await system.untilStatus(retried, 'confirmed');
  await system.untilStatus(cancelled, 'cancelled');
  await system.untilStatus(amended, 'confirmed');
  return [confirmed, soldOut, retried, cancelled, amended];
}

/** Clients make their keys of what they like, and the first answer comes again under the same. */
async function placeUnderKey(system: RunningSystem): Promise<string> {
  const place = async () => {
    const order = { quantity: 1, ...MARKED };
    const response = await system.post('/api/orders', order, { 'Idempotency-Key': 'key-of-aardvark@aardvark.example' });
    return ((await response.json()) as { order_id: string }).order_id;
  };
  const id = await place();
  expect(await place()).toBe(id);
  return id;
}

const start = (settings: NodeJS.ProcessEnv) =>
  RunningSystem.start({ STEP_PATIENCE: '2s', LATENCY_MS: '5', LOG_LEVEL: 'debug', ...settings });
const connectTo = ({ ports }: RunningSystem) => Connection.connect({ address: `127.0.0.1:${ports.TEMPORAL_PORT}` });

describe('without encryption', () => {
  let system: RunningSystem;
  let orders: string[];
  let connection: Connection;
  beforeAll(async () => {
    system = await start({});
    connection = await connectTo(system);
    orders = await goEveryWay(system);
  }, 150_000);
  afterAll(async () => {
    await connection.close();
    await system.remove();
  }, 30_000);

  test('nothing of a customer is in what Temporal lists: ids, types, queues, search attributes, memo', async () => {
    const listed = await until(async () => {
      const { executions = [] } = await connection.workflowService.listWorkflowExecutions({ namespace: 'default' });
      return (executions ?? []).length >= orders.length && executions;
    });
    const text = readable(JSON.stringify(listed));
    expect(text).toContain('"cancelled"'); // a search attribute, read from its bytes
    for (const id of orders) expect(text).toContain(`order-${id}`);
    expect(found(text)).toEqual([]);
  });

  test('of the customer a run is told no more than the language and how to pay', async () => {
    const texts = await Promise.all(orders.map((id) => storedOf(connection, `order-${id}`)));
    for (const text of texts) expect(text).not.toMatch(/cust-AARDVARK|aardvark@|note-AARDVARK|key-AARDVARK|asked by/);
    expect(orderedIn(texts.join('\n'))).toEqual(ORDERED); // in clear all of it is there to be found
  });

  test('nothing is in the logs of any process, all of them at their most talkative', async () => {
    const files = readdirSync(join(system.dataDir, 'logs')).map((file) => join(system.dataDir, 'logs', file));
    const logs = [system.output, ...files.map((file) => readFileSync(file, 'utf8'))].join('\n');
    for (const event of ['order settled', 'order held', 'step not done', 'api ready']) expect(logs).toContain(event);
    expect(found(logs)).toEqual([]);
  });

  test('nothing is in the metrics of API and worker', async () => {
    const { ports } = system;
    const pages = await Promise.all(
      [ports.PORT, ports.METRICS_PORT].map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()),
    );
    for (const page of pages) expect(page).toContain('orders_');
    expect(found(pages.join('\n'))).toEqual([]);
  });
});

describe('with encryption', () => {
  const keys = new KeysFile(aKey('k1'));
  let system: RunningSystem;
  let connection: Connection;
  beforeAll(async () => {
    system = await start({ PAYLOAD_KEYS_FILE: keys.path });
    connection = await connectTo(system);
  }, 90_000);
  afterAll(async () => {
    await connection.close();
    await system.remove();
    keys[Symbol.dispose]();
  }, 30_000);

  test('of orders that go every way, Temporal keeps nothing that can be read: neither whose, nor what', async () => {
    for (const id of await goEveryWay(system)) {
      const text = await storedOf(connection, `order-${id}`);
      expect(text).toContain('binary/encrypted');
      expect(found(text)).toEqual([]);
      expect(orderedIn(text)).toEqual([]);
      expect((await system.order(id)).steps.length).toBeGreaterThan(0);
    }
  }, 120_000);

  test('the Web UI is told of the codec server, which decrypts for its pages and for no other', async () => {
    const ui = `http://127.0.0.1:${system.ports.TEMPORAL_UI_PORT}`;
    const { Codec } = (await (await fetch(`${ui}/api/v1/settings`)).json()) as { Codec: { Endpoint: string } };
    expect(Codec.Endpoint).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${system.ports.CODEC_PORT}/[\\w-]{43}$`));
    const id = await system.place(MARKED);
    const handle = new WorkflowClient({ connection }).getHandle(`order-${id}`);
    const started = await until(async () => (await handle.fetchHistory().catch(() => null))?.events?.[0]);
    const payloads = started.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    const decode = (endpoint: string, origin: string) =>
      fetch(`${endpoint}/decode`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-namespace': 'default', origin },
        body: JSON.stringify({ payloads: payloads.map(payloadToJSON) }),
      });
    const shown = await decode(Codec.Endpoint, ui);
    expect(shown.status).toBe(200);
    expect(readable(await shown.text())).toContain('pm_aardvark');
    expect((await decode(Codec.Endpoint, 'http://elsewhere.example')).status).toBe(403);
    expect((await decode(Codec.Endpoint.slice(0, -1), ui)).status).toBe(401);
  });
});
